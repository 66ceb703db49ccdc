import { describe, expect, test } from "vitest";
import { CHECK_BEFORE_8_2_3 } from "../../../src/pci/mapping-check.ts";
import { settle } from "../../../src/pci/settlement.ts";
import { GPU, line, mappings, NVME, node, OTHER_GPU, said } from "./scene.ts";

describe("how a line is rewritten", () => {
  test("with all of the device's values, the path's form and the decoded comment", () => {
    const on = node({ "0000:07:00.0": { ...GPU.traits, iommugroup: 21 } });
    const [mapping] = mappings({ gpu: [line("0000:01:00", GPU, ",description=left%20slot")] });
    const settlement = settle(on, mapping === undefined ? [] : [mapping]);
    expect(settlement.suggestionOf("gpu")).toEqual([
      {
        node: "pve1",
        path: "0000:07:00",
        addresses: [{ domain: 0, bus: 7, device: 0 }],
        id: "10de:2204",
        subsystemId: "1462:3884",
        iommuGroup: 21,
        comment: "left slot",
      },
    ]);
  });

  test.each([
    ["upper case", "id=10DE:2204,subsystem-id=1462:3884,iommugroup=1,node=pve1,path=0000:01:00.0"],
    ["a group of -1", "id=10de:2204,subsystem-id=1462:3884,iommugroup=-1,node=pve1,path=0000:01:00.0"],
    ["no subsystem", "id=10de:2204,iommugroup=1,node=pve1,path=0000:01:00.0"],
    ["an address in upper case", line("0000:0A:00.0", GPU)],
  ])("from %s", (_what, text) => {
    const on = node({ "0000:01:00.0": GPU, "0000:0a:00.0": GPU });
    const [one] = settle(on, mappings({ gpu: [text] })).suggestionOf("gpu") ?? [];
    expect(one).toMatchObject({ id: "10de:2204", subsystemId: "1462:3884" });
    expect(one?.path).toBe(one?.path.toLowerCase());
    expect(one?.iommuGroup).toBe(one?.path === "0000:0a:00.0" ? 10 : 1);
  });

  test("not at all where 0x is all that differs, which Proxmox passes over", () => {
    const on = node({ "0000:01:00.0": GPU });
    const text = "id=0x10de:0x2204,subsystem-id=0x1462:0x3884,iommugroup=1,node=pve1,path=0000:01:00.0";
    expect(said(on, { gpu: [text] })).toMatchObject({ suggested: { gpu: null }, decided: { gpu: ["home"] } });
  });

  test("of all lines of the mapping, those that are right too", () => {
    const on = node({ "0000:01:00.0": GPU, "0000:09:00.0": OTHER_GPU });
    const lines = { both: [line("0000:01:00.0", GPU), line("0000:02:00.0", OTHER_GPU)] };
    expect(said(on, lines).suggested).toEqual({ both: ["0000:01:00.0", "0000:09:00.0"] });
  });

  test("not where nothing can be said of one line of the mapping", () => {
    const on = node({ "0000:11:00.0": GPU, "0000:02:00.0": NVME });
    const lines = {
      both: [line("0000:01:00.0", GPU), line("0000:07:00.0", NVME)],
      gpu: [line("0000:01:00.0", GPU)],
    };
    expect(said(on, lines)).toEqual({
      suggested: { both: null, gpu: ["0000:11:00.0"] },
      covered: { both: ["0000:11:00.0", "0000:02:00.0"], gpu: ["0000:11:00.0"] },
      decided: { both: ["moved", "unknown: elsewhere"], gpu: ["moved"] },
    });
  });
});

describe("a line with several addresses", () => {
  test("is settled address by address", () => {
    const on = node({ "0000:01:00.0": GPU, "0000:03:00.0": GPU });
    const lines = { pair: [line("0000:01:00;0000:02:00;0000:03:00", GPU)] };
    expect(said(on, lines)).toEqual({
      suggested: { pair: ["0000:01:00;0000:03:00"] },
      covered: { pair: ["0000:01:00", "0000:03:00"] },
      decided: { pair: ["home", "left-out: pooled", "home"] },
    });
  });

  test("is not rewritten for devices whose subsystems differ", () => {
    const other = { ...GPU.traits, subsystem_vendor: "0x1043" };
    const on = node({ "0000:01:00.0": GPU, "0000:02:00.0": other });
    const text = "id=10de:2204,node=pve1,path=0000:01:00.0;0000:02:00.0";
    const settlement = settle(on, mappings({ pair: [text] }));
    expect(settlement.suggestionOf("pair")).toBeNull();
  });
});

describe("nothing is suggested", () => {
  test("where the IOMMU is off, and what is at home is covered all the same", () => {
    const off = { ...GPU.traits, iommugroup: -1 };
    const on = node({ "0000:02:00.0": off, "0000:03:00.0": { ...OTHER_GPU.traits, iommugroup: -1 } });
    const lines = { moved: [line("0000:01:00.0", GPU)], home: [line("0000:03:00.0", OTHER_GPU)] };
    expect(said(on, lines)).toMatchObject({
      suggested: { moved: null, home: null },
      covered: { moved: ["0000:02:00.0"], home: ["0000:03:00.0"] },
    });
  });

  test("for a device in no group whose line states one; -1 is none", () => {
    const on = node({ "0000:01:00.0": { ...GPU.traits, iommugroup: -1 }, "0000:02:00.0": NVME });
    expect(said(on, { gpu: [line("0000:01:00.0", GPU)] }).suggested).toEqual({ gpu: null });
    const none = [line("0000:01:00.0", GPU).replace("iommugroup=1", "iommugroup=-1")];
    expect(said(on, { gpu: none }).suggested).toEqual({ gpu: ["0000:01:00.0"] });
  });

  test("where only mediated devices differ", () => {
    const on = node({ "0000:01:00.0": { ...GPU.traits, mdev: 1 } });
    expect(said(on, { gpu: [line("0000:01:00.0", GPU)] }).suggested).toEqual({ gpu: null });
  });

  test("for what cannot be read", () => {
    const on = node({ "0000:01:00.0": GPU });
    const lines = {
      noid: ["node=pve1,path=0000:01:00.0"],
      path: ["id=10de:2204,node=pve1,path=0000:01:00.f"],
    };
    expect(said(on, lines)).toEqual({
      suggested: { noid: null, path: null },
      covered: { noid: ["0000:01:00.0"], path: [] },
      decided: { noid: ["unknown: unreadable"], path: ["unknown: unreadable"] },
    });
  });

  test("where the node's own Proxmox accepts what a newer one refuses", () => {
    const on = node({
      "0000:01:00.0": { ...GPU.traits, subsystem_vendor: undefined, subsystem_device: undefined },
    });
    const some = mappings({
      gpu: [line("0000:01:00.0", { ...GPU, ids: "id=10de:2204,subsystem-id=0000:0000" })],
    });
    expect(settle(on, some, CHECK_BEFORE_8_2_3).suggestionOf("gpu")).toBeNull();
    expect(settle(on, some).suggestionOf("gpu")).toMatchObject([{ subsystemId: null }]);
  });

  test("for a mapping that has no line", () => {
    const settlement = settle(node({}), mappings({ empty: [] }));
    expect([settlement.suggestionOf("empty"), settlement.suggestionOf("unheard")]).toEqual([null, null]);
  });
});

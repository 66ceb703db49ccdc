/** What public reports have of guests: who uses what, who cannot run beside whom, and who does not start at all. */
import { describe, expect, it } from "vitest";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import { configuredFor, type Plain } from "../support/provider/reading.ts";
import { type Hardware, readHardwareFile } from "../support/pve/hardware-file.ts";
import { startPve } from "../support/pve/stand-in.ts";

interface Row {
  readonly path: string;
  readonly used_by:
    | readonly { readonly vmid: number; readonly hostpci: string; readonly running: boolean }[]
    | null;
}

const ABOUT_GUESTS = ["Guests Want the Same Device", "Guests Will Not Start", "Usage May Be Incomplete"];

function read(cluster: string, arguments_: { readonly [name: string]: Plain } = {}) {
  return readFrom(
    readHardwareFile(new URL(`../fixtures/clusters/${cluster}.json`, import.meta.url)),
    arguments_,
  );
}

async function readFrom(source: Hardware, arguments_: { readonly [name: string]: Plain } = {}) {
  const pve = await startPve({ source });
  const provider = await configuredFor(pve, pve.tokens.auditor);
  const { state, told } = await provider.read({ include_usage: true, ...arguments_ });
  await pve.close();
  if (state === null) throw new Error(JSON.stringify(told));
  const used = (rows: Plain | undefined) =>
    Object.fromEntries(
      (rows as unknown as readonly Row[]).map(({ path, used_by }) => [
        path,
        used_by?.map(({ vmid, hostpci, running }) => `${vmid} ${hostpci}${running ? " runs" : ""}`) ?? null,
      ]),
    );
  return {
    devices: used(state["devices"]),
    gpus: used(state["gpus"]),
    told: told
      .filter(({ summary }) => ABOUT_GUESTS.includes(summary))
      .map(({ summary, detail }) => ({ summary, detail })),
  };
}

function clash(line: string, apart = ",") {
  return {
    summary: "Guests Want the Same Device",
    detail: `A device goes to one running guest at a time, and these are wanted by more:\n  - ${line}\nWhoever comes late fails to start. Give every guest a device of its own${apart} or never run these at the same time.`,
  };
}

function broken(...lines: readonly string[]) {
  return {
    summary: "Guests Will Not Start",
    detail: `As they are configured, these do not start, or not again once they have stopped:${lines.map((line) => `\n  - ${line}`).join("")}`,
  };
}

describe("usage", () => {
  it("has guests that take their devices by args", async () => {
    expect(await read("taken-by-args", { classes: ["gpu", "audio"] })).toEqual({
      devices: {
        "0000:00:02.0": ["101 args runs"],
        "0000:0b:00.0": ["102 args"],
        "0000:0b:00.1": ["102 args"],
      },
      gpus: { "0000:00:02.0": ["101 args runs"], "0000:0b:00": ["102 args"] },
      told: [],
    });
  });

  it("tells of two guests with virtual functions of one IOMMU group", async () => {
    const { told } = await read("vfs-in-one-group", { classes: ["network"] });
    expect(told).toEqual([
      clash(
        "IOMMU group 1 of pve (0000:01:00.2, 0000:01:00.3), which goes to one guest as a whole: guest 101 (openwrt-a) by hostpci0 and guest 102 (openwrt-b) by hostpci0",
        ", in an IOMMU group of its own,",
      ),
    ]);
  });

  it("tells of two guests with a mapping whose two lines are for one card", async () => {
    const { told } = await read("card-as-two-lines", { classes: ["gpu"] });
    expect(told).toEqual([
      clash(
        "the mapping rtx-3090, whose 2 lines for pve12t serve one guest at a time (those of one card or one IOMMU group serve one): guest 120 (llm) by hostpci0 through the mapping rtx-3090 and guest 121 (games) by hostpci0 through the mapping rtx-3090",
      ),
    ]);
  });

  it("tells of a guest whose mapping does not fit, and of one that nobody has made", async () => {
    const { told } = await read("mapping-that-is-gone");
    expect(told).toEqual([
      broken(
        "guest 100 (talos-gpu) on pve3: hostpci0 names the mapping nvidia_3060, of which a line for pve3 is not what the hardware is: 'iommugroup' does not match for 'nvidia_3060' (31 != 2). The data source gpuhost_pci_mappings says what is wrong with it, and how it should read where that can be told.",
        "guest 100 (talos-gpu) on pve3: hostpci1 names the mapping gpu-2, which does not exist. Make it, or take the entry out of the guest.",
      ),
    ]);
  });

  it("tells of a guest on a node for which its mapping has no line, where that node's devices are selected", async () => {
    const line =
      "guest 110 (worker) on pve2: hostpci0 names the mapping p40, which has no line for pve2. Give it one, or move the guest to a node for which it has one (pve1).";
    expect((await read("no-line-for-the-node")).told).toEqual([broken(line)]);
    expect((await read("no-line-for-the-node", { paths: ["pve2/af:00.0"] })).told).toEqual([broken(line)]);
    const elsewhere = { nodes: ["pve1", "pve2"], paths: ["pve1/3b:00.0"] };
    expect((await read("no-line-for-the-node", elsewhere)).told).toEqual([]);
  });

  it("tells of a guest that has a device twice", async () => {
    const line =
      "guest 104 (servarr) on pve: hostpci1 can only get 0000:0b:00.1 a second time, which hostpci0 has by then. Take one of the entries out, or give it another device.";
    const { told, devices } = await read("device-twice", { classes: ["gpu", "audio"] });
    expect(told).toEqual([broken(line)]);
    expect(devices).toEqual({
      "0000:0b:00.0": ["104 hostpci0"],
      "0000:0b:00.1": ["104 hostpci0", "104 hostpci1"],
    });
  });

  it.each([
    [
      "9.2.11",
      [
        broken(
          "guest 100 (w) on pve1: hostpci0 names the mapping m, of which a line for pve1 is not what the hardware is: 'mdev' does not match for 'm' (0 != 1). The data source gpuhost_pci_mappings says what is wrong with it, and how it should read where that can be told.",
        ),
      ],
    ],
    ["8.3.5", []],
  ])("goes by what Proxmox VE %s compares", async (version, expected) => {
    const source: Hardware = {
      ...hardwareOf({ pve1: [pciFunction("0000:01:00.0", "10de:2204", "030000", 16)] }, version),
      mappings: [
        { id: "m", type: "pci", mdev: 1, map: ["id=10de:2204,iommugroup=16,node=pve1,path=0000:01:00.0"] },
      ],
      guests: [{ vmid: 100, node: "pve1", name: "w", hostpci0: "mapping=m" }],
    };
    expect((await readFrom(source)).told).toEqual(expected);
  });

  it.each([
    ["vfs-in-one-group", "guests_clash"],
    ["card-as-two-lines", "guests_clash"],
    ["mapping-that-is-gone", "guests_broken"],
    ["no-line-for-the-node", "guests_broken"],
    ["device-twice", "guests_broken"],
  ])(
    "of %s is silent where the configuration accepts %s, and where it is not asked for",
    async (cluster, word) => {
      expect((await read(cluster, { accept: [word] })).told).toEqual([]);
      expect((await read(cluster, { include_usage: null })).told).toEqual([]);
    },
  );
});

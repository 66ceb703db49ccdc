import { describe, expect, it } from "vitest";
import { FunctionError } from "../../src/framework/function.ts";
import { hostpciFunction } from "../../src/provider/functions/hostpci.ts";
import { mappingNameFunction } from "../../src/provider/functions/mapping-name.ts";
import { pathFunction } from "../../src/provider/functions/path.ts";
import { callsOf } from "../support/provider/function-call.ts";

/** The message and the argument of the FunctionError that the call ends with. */
function refusal(call: () => unknown): { message: string; argument: number | null } {
  try {
    call();
  } catch (error) {
    if (error instanceof FunctionError) return { message: error.message, argument: error.argument };
    throw error;
  }
  throw new Error("the call was not refused");
}

describe("path", () => {
  it.each([
    ["03:00.0", "0000:03:00.0"],
    ["0000:C1:00", "0000:c1:00"],
    ["10000:E1:1f.7", "10000:e1:1f.7"],
  ])("writes %s as %s", (written, canonical) => {
    expect(pathFunction.run(written)).toBe(canonical);
  });

  it("blames its only argument for what is no address", () => {
    expect(refusal(() => pathFunction.run("pve1/03:00.0"))).toEqual({
      argument: 0,
      message:
        '"pve1/03:00.0" is not a PCI address: write "0000:03:00.0" or "03:00.0" for one function, "0000:03:00" for a whole slot.',
    });
  });
});

describe("mapping_name", () => {
  it.each([
    ["pve1", "0000:03:00.0", null, "gpu-pve1-03-00"],
    ["pve1", "03:00", null, "gpu-pve1-03-00"],
    ["pve1", "c1:00.4", null, "gpu-pve1-c1-00-4"],
    ["pve1", "10000:e1:00.0", null, "gpu-pve1-10000-e1-00"],
    ["node-7", "03:1f.2", "nic", "nic-node-7-03-1f-2"],
  ])("names %s %s with the prefix %s %s", (node, path, prefix, name) => {
    expect(mappingNameFunction.run(node, path, prefix)).toBe(name);
  });

  it.each([
    [
      0,
      "",
      "03:00.0",
      null,
      '"" is not the name of a Proxmox node: names have letters, digits and "-", such as "pve1".',
    ],
    [1, "pve1", "03:00.8", null, '"03:00.8" is not a PCI address: a device has the functions 0 to 7, not 8.'],
    [
      2,
      "pve1",
      "03:00.0",
      "3090",
      '"3090" cannot begin the name of a Proxmox mapping: write a letter first, then letters, digits, "_" and "-".',
    ],
  ])("blames argument %s", (argument, node, path, prefix, message) => {
    expect(refusal(() => mappingNameFunction.run(node, path, prefix))).toEqual({ argument, message });
  });
});

describe("hostpci", () => {
  const plain = { mdev: null, pcie: true, rom_file: null, rombar: true, xvga: null };
  const none = { mdev: null, pcie: null, rom_file: null, rombar: null, xvga: null };

  it("numbers the mappings in their order, PCIe and with their ROM", () => {
    expect(hostpciFunction.run(["gpu-b", "gpu-a"], null)).toEqual([
      { ...plain, device: "hostpci0", mapping: "gpu-b" },
      { ...plain, device: "hostpci1", mapping: "gpu-a" },
    ]);
  });

  it.each([{ pcie: false }, { rombar: false }, { mdev: "nvidia-259" }, { rom_file: "vbios.rom" }, {}])(
    "takes from the options what they have: %j",
    (given) => {
      expect(hostpciFunction.run(["gpu-b", "gpu-a"], { ...none, ...given })).toEqual([
        { ...plain, ...given, device: "hostpci0", mapping: "gpu-b" },
        { ...plain, ...given, device: "hostpci1", mapping: "gpu-a" },
      ]);
    },
  );

  it.each([true, false])("gives xvga = %s to the first alone", async (xvga) => {
    expect(
      (await hostpciFunction.run(["gpu-b", "gpu-a"], { ...none, xvga })).map((entry) => entry.xvga),
    ).toEqual([xvga, null]);
  });

  it("gives nothing for no mappings", () => {
    expect(hostpciFunction.run([], null)).toEqual([]);
  });

  it("takes 16 mappings and no more", async () => {
    const names = Array.from({ length: 17 }, (_, index) => `gpu-${index}`);
    expect((await hostpciFunction.run(names.slice(1), null)).at(-1)?.device).toBe("hostpci15");
    expect(refusal(() => hostpciFunction.run(names, null))).toEqual({
      argument: 0,
      message:
        "A VM takes at most 16 hostpci devices, and 17 mappings are named. Give some of them to another VM.",
    });
  });

  it.each(["", "g", "3090", "gpu.1", "gpu 1", "gpu,pcie=1"])("refuses %j, which names no mapping", (name) => {
    expect(refusal(() => hostpciFunction.run(["gpu-a", name], null))).toEqual({
      argument: 0,
      message: `"${name}" cannot be the name of a Proxmox mapping: names have two characters or more, a letter first, then letters, digits, "_" and "-".`,
    });
  });

  const { call, refused } = callsOf(hostpciFunction);

  it.each([
    [{ mdev: "nvidia-259" }, { mdev: "nvidia-259" }],
    [
      { mdev: "nvidia-259", pcie: "false", rombar: "0", xvga: "true" },
      { mdev: "nvidia-259", pcie: false, rombar: false, xvga: true },
    ],
    [{ mdev: null, pcie: null, rom_file: "sub/vbios.rom" }, { rom_file: "sub/vbios.rom" }],
    [{}, {}],
  ])("takes %j as the host sends it, as texts", async (sent, expected) => {
    expect(await call([["gpu-a"], new Map(Object.entries(sent))])).toEqual([
      { ...plain, ...expected, device: "hostpci0", mapping: "gpu-a" },
    ]);
  });

  it("takes null for options that are left out", async () => {
    expect(await call([["gpu-a"], null])).toEqual([{ ...plain, device: "hostpci0", mapping: "gpu-a" }]);
  });

  const OPTIONS = "Its options are mdev, pcie, rom_file, rombar, xvga.";
  it.each([
    [{ mdef: "nvidia-259" }, `options has no option "mdef". Did you mean mdev? ${OPTIONS}`],
    [{ romfile: "vbios.rom" }, `options has no option "romfile". Did you mean rom_file? ${OPTIONS}`],
    [{ legacy_igd: "true" }, `options has no option "legacy_igd". ${OPTIONS}`],
    [{ constructor: "true" }, `options has no option "constructor". ${OPTIONS}`],
    [{ pcie: "yes" }, "options.pcie must be true or false."],
    [
      { mdev: "" },
      '"" cannot be the type of a mediated device: types look like "nvidia-259", without "/", ".", ":" and ",".',
    ],
    [
      { mdev: "nvidia-259,pcie=0" },
      '"nvidia-259,pcie=0" cannot be the type of a mediated device: types look like "nvidia-259", without "/", ".", ":" and ",".',
    ],
    [
      { rom_file: "/usr/share/kvm/vbios.rom" },
      '"/usr/share/kvm/vbios.rom" cannot be a ROM file: write its path below /usr/share/kvm of the node, such as "vbios.rom", without "," and ";".',
    ],
  ])("refuses the options %j", async (sent, message) => {
    expect(await refused([["gpu-a"], new Map(Object.entries(sent))])).toEqual({ argument: 1, message });
  });
});

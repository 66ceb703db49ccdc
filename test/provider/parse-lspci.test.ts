import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { objectTypeOf } from "../../src/framework/attribute.ts";
import { FunctionError } from "../../src/framework/function.ts";
import { attributes } from "../../src/provider/data-sources/pci-devices/schema.ts";
import { devicesOf } from "../../src/provider/functions/parse-lspci/devices.ts";
import { parseLspciFunction } from "../../src/provider/functions/parse-lspci.ts";

const NN = "03:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:26b9] (rev a1)\n";

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/lspci/${name}.txt`, import.meta.url), "utf8");
}

function refusal(call: () => unknown): { message: string; argument: number | null } {
  try {
    call();
  } catch (error) {
    if (error instanceof FunctionError) return { message: error.message, argument: error.argument };
    throw error;
  }
  throw new Error("the call was not refused");
}

describe("parse_lspci", () => {
  it("gives what the data source gives, and null for what lspci cannot know", () => {
    const devices = devicesOf(fixture("server.nnv"), null);
    expect(devices.find(({ path }) => path === "0000:a1:00.0")).toEqual({
      node: null,
      path: "0000:a1:00.0",
      id: "1002:740f",
      subsystem_id: "1002:0c34",
      iommu_group: 42,
      class: "038000",
      name: "Advanced Micro Devices, Inc. [AMD/ATI] Aldebaran/MI200 [Instinct MI210]",
      subsystem_name: "Advanced Micro Devices, Inc. [AMD/ATI] Device 0c34",
      mdev: null,
      gpu: true,
      physical_function: null,
      virtual_functions: [],
      used_by: null,
    });
  });

  it("has the attributes of the data source's devices, in their order", () => {
    const { type } = attributes.devices.type;
    const fields = Object.entries(objectTypeOf(type.attributes).fields);
    const mine = Object.entries(parseLspciFunction.returns.element.fields);
    // Only what lspci cannot know may be null here and not there.
    const relaxed = fields.map(([name, of]) =>
      ["node", "mdev"].includes(name) ? [name, { kind: "nullable", type: of }] : [name, of],
    );
    expect(mine).toEqual(relaxed);
  });

  it("takes the groups from its second argument", () => {
    const groups = "/sys/kernel/iommu_groups/50/devices/0000:03:00.0\n";
    expect(devicesOf(NN, groups).map(({ iommu_group }) => iommu_group)).toEqual([50]);
    expect(devicesOf(NN, null).map(({ iommu_group }) => iommu_group)).toEqual([null]);
  });

  it("blames the argument that is wrong", () => {
    expect(refusal(() => devicesOf("03:00.0 3D controller: NVIDIA Corporation", null))).toEqual({
      argument: 0,
      message:
        'Line 1 is "03:00.0 3D controller: NVIDIA Corporation": expected the numbers of class, vendor and device, as in ' +
        '"03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GM107GL [10de:13ba]", and no more behind them; lspci prints them with -nn. ' +
        "Run lspci -nnv on the host and take all that it prints.",
    });
    expect(refusal(() => devicesOf(NN, "/sys/kernel/iommu_groups/50/devices/0000:04:00.0"))).toEqual({
      argument: 1,
      message:
        "Of the devices that lspci printed none is among those with an IOMMU group here, such as 0000:04:00.0: expected the groups of the same host.",
    });
  });
});

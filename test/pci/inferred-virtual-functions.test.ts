import { describe, expect, test } from "vitest";
import { inferVirtualFunctions } from "../../src/pci/inferred-virtual-functions.ts";
import { CONSOLE, host, NIC, type Traits } from "./support/hardware.ts";

type Functions = { readonly [address: string]: Traits };

const of = (vendor: string, device: string, code = "030000", name?: string): Traits => ({
  vendor: `0x${vendor}`,
  device: `0x${device}`,
  class: `0x${code}`,
  vendor_name: undefined,
  device_name: name,
});
const many = (addresses: readonly string[], traits: Traits): Functions =>
  Object.fromEntries(addresses.map((address) => [address, traits]));

/** VFs and their PFs, null where it is unknown. */
function inferred(functions: Functions): { readonly [path: string]: string | null } {
  const { virtualFunctions, physicalFunctions } = inferVirtualFunctions(host(functions).devices);
  return Object.fromEntries([...virtualFunctions].map((path) => [path, physicalFunctions.get(path) ?? null]));
}

const FLEX = of("8086", "56c0", "038000");
const L40S = of("10de", "26b9", "030200");
const VF_NIC = of("15b3", "1018", "020000", "MT27800 Family [ConnectX-5 Virtual Function]");

describe("virtual functions", () => {
  test.each<[string, Functions, { readonly [path: string]: string | null }]>([
    [
      "of an Intel iGPU are the other functions of its slot, on bus 00",
      many(["0000:00:02.0", "0000:00:02.1", "0000:00:02.7"], of("8086", "46d3")),
      { "0000:00:02.1": "0000:00:02.0", "0000:00:02.7": "0000:00:02.0" },
    ],
    [
      "of an Intel card begin at .1 and go on in higher slots",
      many(["0000:4d:00.0", "0000:4d:00.1", "0000:4d:01.0", "0000:4d:03.6"], FLEX),
      {
        "0000:4d:00.1": "0000:4d:00.0",
        "0000:4d:01.0": "0000:4d:00.0",
        // Of several functions of a higher slot, `.0` is a VF too.
        "0000:4d:03.6": "0000:4d:00.0",
      },
    ],
    [
      "of NVIDIA's begin at .4, in whatever domain",
      many(["10000:c1:00.0", "10000:c1:00.4", "10000:c1:1f.7"], L40S),
      { "10000:c1:00.4": "10000:c1:00.0", "10000:c1:1f.7": "10000:c1:00.0" },
    ],
    [
      "of an AMD card have ids of their own in higher slots",
      {
        "0000:23:00.0": of("1002", "73a1"),
        "0000:23:02.0": of("1002", "ffff"),
        "0000:23:02.1": of("1002", "ffff"),
      },
      { "0000:23:02.0": "0000:23:00.0", "0000:23:02.1": "0000:23:00.0" },
    ],
    [
      "of an Instinct are known by their id",
      { "0000:05:00.0": of("1002", "74a1", "120000"), "0000:05:02.0": of("1002", "74b5", "120000") },
      { "0000:05:02.0": "0000:05:00.0" },
    ],
    [
      "that were given to this host have no physical function here",
      { "0000:06:10.0": of("1002", "74b5", "120000"), "0000:00:05.0": of("1002", "73ae") },
      { "0000:06:10.0": null, "0000:00:05.0": null },
    ],
    [
      "are whatever is named so, of every vendor and class",
      {
        "0000:41:00.0": NIC,
        "0000:41:00.2": VF_NIC,
        "0000:41:01.0": of("15b3", "1018", "020000", "an mlx5 virtual function"),
        "0000:41:01.1": of("15b3", "1018", "020000", "ConnectX VF"),
        "0000:42:02.0": of("1002", "0001", "030000", "Navi [Radeon Pro MxGPU]"),
      },
      {
        "0000:41:00.2": "0000:41:00.0",
        "0000:41:01.0": "0000:41:00.0",
        "0000:41:01.1": "0000:41:00.0",
        "0000:42:02.0": null,
      },
    ],
    [
      "by name have no certain physical function beside a second port",
      { "0000:41:00.0": NIC, "0000:41:00.1": NIC, "0000:41:00.2": VF_NIC },
      { "0000:41:00.2": null },
    ],
    [
      "by name have none on bus 00, and none of another vendor or kind",
      {
        "0000:00:00.0": of("8086", "4617", "060000"),
        "0000:00:1f.6": of("8086", "15a8", "020000", "Ethernet Virtual Function"),
        "0000:42:00.0": of("15b3", "1017", "028000"),
        "0000:42:01.0": of("8086", "154c", "020000", "XL710 Virtual Function"),
        "0000:43:00.0": of("8086", "37c8", "0b4000"),
        "0000:43:01.0": of("8086", "154c", "020000", "XL710 Virtual Function"),
      },
      { "0000:00:1f.6": null, "0000:42:01.0": null, "0000:43:01.0": null },
    ],
    [
      "of an accelerator may be displays, and have their physical function",
      { "0000:05:00.0": of("8086", "0b69", "120000"), "0000:05:01.0": of("8086", "0b70", "038000") },
      { "0000:05:01.0": "0000:05:00.0" },
    ],
  ])("%s", (_what, functions, expected) => {
    expect(inferred(functions)).toEqual(expected);
  });

  test.each<[string, Functions]>([
    ["AMD's in slot 00, which repeat nothing", many(["0000:23:00.0", "0000:23:00.1"], of("1002", "73a1"))],
    [
      "other vendors' of like ids",
      many(["0000:c1:00.0", "0000:c1:00.1", "0000:c1:01.0"], of("1da3", "1020", "120000")),
    ],
    ["a console's second function", many(["0000:02:00.0", "0000:02:00.1"], CONSOLE)],
    [
      "NVIDIA's and Intel's of other ids in the slot",
      { "0000:c1:00.0": L40S, "0000:c1:00.4": of("10de", "26b8") },
    ],
    ["integrated graphics in slots of bus 00", many(["0000:00:02.0", "0000:00:03.0"], of("8086", "46d3"))],
    ["network functions of like ids", many(["0000:c1:00.0", "0000:c1:00.1"], NIC)],
    ["higher slots behind a first one of another vendor", { "0000:c1:00.0": FLEX, "0000:c1:01.0": L40S }],
    [
      "higher slots behind a first one of another class",
      { "0000:c1:00.0": of("8086", "1234", "060400"), "0000:c1:01.0": FLEX },
    ],
    ["higher slots without a first one", { "0000:c1:00.1": FLEX, "0000:c1:01.0": FLEX }],
    [
      "higher slots of another bus or domain",
      { "0000:c1:00.0": FLEX, "0000:c2:01.0": FLEX, "0001:c1:01.0": FLEX },
    ],
    [
      "AMD's ids of another vendor or class",
      { "0000:01:01.0": of("10de", "74b5"), "0000:02:00.0": of("1002", "74b5", "020000") },
    ],
    [
      "names that have the letters in another word",
      { "0000:01:00.0": of("1002", "0001", "020000", "VFIO virtual functional FVF MxGPUs") },
    ],
  ])("are none of %s", (_what, functions) => {
    expect(inferred(functions)).toEqual({});
  });
});

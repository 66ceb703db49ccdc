import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import { type ConfiguredProvider, configuredFor, type Plain } from "../support/provider/reading.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

/** `igpu` has its integrated GPU alone in no group, `off` has no groups at all, `shared` has a card beside a drive. */
const HARDWARE = hardwareOf({
  igpu: [
    pciFunction("0000:00:02.0", "8086:3e92", "030000", -1, "CoffeeLake-S GT2 [UHD Graphics 630]"),
    pciFunction("0000:01:00.0", "10de:1b06", "030000", 2, "GP102 [GeForce GTX 1080 Ti]"),
    pciFunction("0000:01:00.1", "10de:10ef", "040300", 2, "GP102 HDMI Audio Controller"),
  ],
  ungrouped: [
    pciFunction("0000:04:00.0", "10de:1fb9", "030000", 3, "TU117GLM [Quadro T1000]", { mdev: 1 }),
    pciFunction("0000:04:00.1", "10de:10fa", "040300", -1, "TU117 High Definition Audio Controller"),
  ],
  halfway: [
    pciFunction("0000:04:00.0", "10de:1fb0", "030000", 3, "TU117GLM [Quadro T1000]"),
    pciFunction("0000:04:00.1", "10de:10fa", "040300", -1, "TU117 High Definition Audio Controller"),
  ],
  off: [
    pciFunction("0000:01:00.0", "10de:2204", "030000", -1, "GA102 [GeForce RTX 3090]"),
    pciFunction("0000:02:00.0", "8086:f1a8", "010802", -1, "SSD 660P"),
  ],
  shared: [
    pciFunction("0000:01:00.0", "10de:2204", "030000", 1, "GA102 [GeForce RTX 3090]"),
    pciFunction("0000:02:00.0", "8086:f1a8", "010802", 1, "SSD 660P"),
    pciFunction("0000:c1:00.0", "10de:26b9", "030200", 4, "AD102GL [L40S]", {
      virtfns: { virtfn0: "0000:c1:00.4" },
    }),
    pciFunction("0000:c1:00.4", "10de:26b9", "030200", 5, "AD102GL [L40S]", { physfn: "0000:c1:00.0" }),
  ],
});

let pve: PveStandIn;
let provider: ConfiguredProvider;
beforeAll(async () => {
  pve = await startPve({ source: HARDWARE });
  provider = await configuredFor(pve);
});
afterAll(async () => {
  await pve.close();
});

async function told(arguments_: { readonly [name: string]: Plain }) {
  const reading = await provider.read(arguments_);
  expect(reading.state).not.toBeNull();
  return reading.told.map(({ severity, summary, detail, attribute }) => {
    expect(severity).toBe("warning");
    return { summary, detail, attribute };
  });
}

describe("an IOMMU that is off", () => {
  it("is told of nodes with something selected, and of no others", async () => {
    expect(await told({ ids: ["10de:2204"], accept: ["not_isolated"] })).toEqual([
      {
        summary: "IOMMU Is Off",
        detail:
          "On off no device is in an IOMMU group: nothing can be passed through to a guest there, and iommu_group is null. " +
          "Switch the IOMMU on in the firmware of the host (VT-d, AMD-Vi) and in its kernel, and restart it.",
        attribute: "",
      },
    ]);
    expect(await told({ ids: ["10de:1b06"] })).toEqual([]);
  });

  it("is told of devices too, since no unit is needed to see it", async () => {
    expect(await told({ classes: ["storage"], nodes: ["off"], results: ["devices"] })).toMatchObject([
      { summary: "IOMMU Is Off" },
    ]);
  });
});

describe("a GPU in no group beside others that have one", () => {
  it("is told where it is selected", async () => {
    expect(await told({ nodes: ["igpu"], classes: ["gpu"] })).toEqual([
      {
        summary: "GPU Is in No IOMMU Group",
        detail:
          "The IOMMU is on, and yet these are in no IOMMU group:\n  - igpu 0000:00:02.0 (Intel Corporation CoffeeLake-S GT2 [UHD Graphics 630])\n" +
          'No guest starts on them. Kernel parameters of the host can take a GPU out, as "intel_iommu=on,igfx_off" does ' +
          "with the integrated one: remove igfx_off there and restart the host.",
        attribute: "",
      },
    ]);
  });

  it("is told with the function that is in none, where that is another one", async () => {
    expect(await told({ nodes: ["halfway"], classes: ["gpu"] })).toMatchObject([
      {
        detail: expect.stringContaining(
          "\n  - halfway 0000:04:00.0 (NVIDIA Corporation TU117GLM [Quadro T1000]): 0000:04:00.1 of it\n",
        ),
      },
    ]);
  });

  it.each<[string, { readonly [name: string]: Plain }]>([
    ["where it is not selected", { nodes: ["igpu"], vendor_ids: ["10de"] }],
    ["where it is accepted", { nodes: ["igpu"], accept: ["iommu_off"] }],
    ["where no units are wanted", { nodes: ["igpu"], results: ["devices"] }],
    ["where it is a function that stays behind", { nodes: ["ungrouped"], accept: ["left_behind"] }],
  ])("is not told %s", async (_where, arguments_) => {
    expect(await told(arguments_)).toEqual([]);
  });
});

describe("advice", () => {
  it("does not give a guest what the host needs", async () => {
    expect(await told({ nodes: ["shared"], ids: ["10de:2204"] })).toEqual([
      {
        summary: "GPU Is Not Isolated",
        detail:
          "A guest gets a whole IOMMU group or nothing, and the host loses all that is in it:\n" +
          "  - shared 0000:01:00.0 (NVIDIA Corporation GA102 [GeForce RTX 3090]) shares IOMMU group 1 with 0000:02:00.0 (Intel Corporation SSD 660P)\n" +
          "Move the card to another slot or switch ACS on in the firmware. Giving all of the group to one guest is a way " +
          "only where the host itself needs nothing of it, such as its disk or its network.",
        attribute: "",
      },
    ]);
  });

  it("for a card with live VFs leaves every other mapping as it is", async () => {
    const [warning] = await told({ nodes: ["shared"], vendor_ids: ["10de"], accept: ["not_isolated"] });
    expect(warning).toMatchObject({ summary: "Card Has Live Virtual Functions", attribute: "" });
    expect(warning?.detail).toMatch(
      /Pass the virtual functions through instead, and make no mapping of these: in for_each, leave out the elements of mappings whose kind is "pf"\.$/,
    );
  });
});

describe("arguments that select nothing", () => {
  const NOTHING = [{ summary: "No PCI Device Matches", attribute: "" }];

  it("say so, with what comes nearest: the id that differs in one digit first", async () => {
    expect(await told({ nodes: ["igpu"], ids: ["10de:1b05"] })).toEqual([
      {
        summary: "No PCI Device Matches",
        detail:
          "The arguments select nothing: every result is empty. 3 devices were read, of igpu.\nWhat comes nearest:\n" +
          "  - igpu 0000:01:00.0 [10de:1b06] class 030000 NVIDIA Corporation GP102 [GeForce GTX 1080 Ti], left out by ids\n" +
          "  - igpu 0000:00:02.0 [8086:3e92] class 030000 Intel Corporation CoffeeLake-S GT2 [UHD Graphics 630], left out by ids\n" +
          "  - igpu 0000:01:00.1 [10de:10ef] class 040300 NVIDIA Corporation GP102 HDMI Audio Controller, left out by ids\n" +
          "Where nothing may be found, at_least = 0 says so and ends this warning; where something has to be there, " +
          "at_least = 1 makes it an error.",
        attribute: "",
      },
    ]);
  });

  it("count a single device as one", async () => {
    const card = pciFunction("0000:01:00.0", "10de:2204", "030000", 1);
    const alone = await startPve({ source: hardwareOf({ one: [card] }) });
    const reading = await (await configuredFor(alone)).read({ ids: ["dead:beef"] });
    await alone.close();
    expect(reading.told[0]?.detail).toContain("1 device was read, of one.");
  });

  it.each<[string, { readonly [name: string]: Plain }, string]>([
    ["a digit too many wrong with a class", { classes: ["usb"], ids: ["10de:2205"] }, "off 0000:01:00.0"],
    ["two digits that changed places", { ids: ["10de:2240"] }, "off 0000:01:00.0"],
    ["a name in another case", { classes: ["storage"], name_regex: "ssd 660p" }, "off 0000:02:00.0"],
    ["a vendor's slip", { vendor_ids: ["8068"], classes: ["storage"] }, "off 0000:02:00.0"],
  ])("put the slip of the pen first: %s", async (_what, arguments_, nearest) => {
    const warnings = await told(arguments_);
    expect(warnings).toMatchObject(NOTHING);
    expect(warnings[0]?.detail.split("\n")[2]).toContain(`  - ${nearest} `);
  });

  it("say that nothing is at the address of physical_function", async () => {
    const [warning] = await told({ nodes: ["igpu"], physical_function: "c9:00.0" });
    expect(warning?.detail.split("\n")[0]).toBe(
      'The arguments select nothing: every result is empty. There is no PCI device at "c9:00.0", the physical_function. 3 devices were read, of igpu.',
    );
    const [other] = await told({ nodes: ["igpu"], physical_function: "igpu/01:00.0" });
    expect(other?.detail.split("\n")[0]).toBe(
      "The arguments select nothing: every result is empty. 3 devices were read, of igpu.",
    );
  });

  it("say nothing where at_least = 0 says that this may be", async () => {
    expect(await told({ ids: ["10de:1b05"], at_least: 0 })).toEqual([]);
  });

  it("name no neighbour where nothing comes near", async () => {
    const [warning] = await told({ nodes: ["igpu"], classes: ["usb"], vendor_ids: ["1b21"] });
    expect(warning?.detail.split("\n")[1]).toBe("No other device comes near.");
  });
});

describe("an expression that takes for ever", () => {
  it("is an error in time", async () => {
    const before = performance.now();
    const { state, told: errors } = await provider.read({ name_regex: "^(([A-Za-z0-9 ]+)+)+$~" });
    expect(state).toBeNull();
    expect(errors).toEqual([
      {
        severity: "error",
        summary: "Expression Takes Too Long",
        detail:
          '"^(([A-Za-z0-9 ]+)+)+$~" was not found or missed in 8 names within 2 s. Nested repetition such as "(a+)+" does ' +
          "that: write the expression without it.",
        attribute: "name_regex",
      },
    ]);
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

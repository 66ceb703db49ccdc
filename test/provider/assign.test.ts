import { describe, expect, it } from "vitest";
import { CtyDecimal } from "../../src/cty/number.ts";
import { ctyMap, ctyObject, ctyString } from "../../src/cty/type.ts";
import { UNKNOWN } from "../../src/cty/unknown.ts";
import { CtyDynamicValue, type CtyValue } from "../../src/cty/value.ts";
import {
  answered,
  assigned,
  card,
  type Options,
  optionsRefusal,
  refusal,
  user,
} from "../support/assign/units.ts";

const W1 = user(101, "w1");
const W2 = user(102, "w2");
const W3 = user(103, "w3");
const DESKTOP = user(105, "desktop");

type Row = readonly [
  what: string,
  units: readonly CtyValue[],
  guests: Readonly<Record<string, number>>,
  options: Options | undefined,
  expected: Readonly<Record<string, string>>,
];

describe("a guest keeps what it holds", () => {
  it.each<Row>([
    [
      "rather than get a lower address",
      [card("pve1", "01"), card("pve1", "02", { used_by: [W1] })],
      { w1: 1 },
      undefined,
      { w1: "pve1: gpu-pve1-02" },
    ],
    [
      "whatever it is",
      [
        card("pve1", "01", { used_by: [W1], isolated: false }),
        card("pve1", "02", { used_by: [W1], isolated: null, iommu_groups: [] }),
        card("pve1", "03", { used_by: [W1], kind: "pf" }),
        card("pve1", "04", { used_by: [W1], iommu_groups: [5] }),
        card("pve1", "05", { used_by: [DESKTOP] }),
      ],
      { w1: 4 },
      undefined,
      { w1: "pve1: gpu-pve1-01, gpu-pve1-02, gpu-pve1-03, gpu-pve1-04" },
    ],
    [
      "though a guest that is not asked for holds it too",
      [card("pve1", "01", { used_by: [DESKTOP, W1] }), card("pve1", "02")],
      { w1: 1 },
      undefined,
      { w1: "pve1: gpu-pve1-01" },
    ],
    [
      "and gets the rest on the same node, though another has more",
      [card("pve1", "01"), card("pve1", "02"), card("pve2", "01"), card("pve2", "02", { used_by: [W1] })],
      { w1: 2 },
      undefined,
      { w1: "pve2: gpu-pve2-01, gpu-pve2-02" },
    ],
    [
      "before a larger request is served",
      [card("pve1", "01", { used_by: [W1] }), card("pve1", "02"), card("pve1", "03"), card("pve1", "04")],
      { w1: 2, w2: 2 },
      undefined,
      { w1: "pve1: gpu-pve1-01, gpu-pve1-02", w2: "pve1: gpu-pve1-03, gpu-pve1-04" },
    ],
    [
      "first what it alone holds, then what fewer hold, then the lowest address",
      [
        card("pve1", "01", { used_by: [W1, W2, W3] }),
        card("pve1", "02", { used_by: [W1, W2] }),
        card("pve1", "03", { used_by: [W1, DESKTOP] }),
        card("pve1", "04", { used_by: [W1] }),
      ],
      { w1: 2 },
      undefined,
      { w1: "pve1: gpu-pve1-02, gpu-pve1-04" },
    ],
    [
      "counting each guest once, and no template",
      [
        card("pve1", "01", { used_by: [W1, DESKTOP] }),
        card("pve1", "02", { used_by: [W1, W1, user(9000, "golden", true)] }),
      ],
      { w1: 1 },
      undefined,
      { w1: "pve1: gpu-pve1-02" },
    ],
    [
      "as much of it as it asks for",
      [card("pve1", "01", { used_by: [W1] }), card("pve1", "02", { used_by: [W1] })],
      { w1: 1 },
      undefined,
      { w1: "pve1: gpu-pve1-01" },
    ],
  ])("%s", async (_what, units, guests, options, expected) => {
    expect(await assigned(units, guests, options)).toEqual(expected);
  });

  it("in numerical order of the addresses, a slot standing for its .0", async () => {
    const path = (written: string, name: string) => card("pve1", "01", { path: written, mapping_name: name });
    const units = [
      path("10000:01:00.0", "d"),
      path("0000:c1:00.4", "c"),
      path("0000:c1:00", "b"),
      path("03:00", "a"),
    ];
    expect(await assigned(units, { w1: 4 })).toEqual({ w1: "pve1: a, b, c, d" });
  });
});

describe("what several guests hold through a pool", () => {
  const pool = [W1, W2, W3];
  it.each<Row>([
    [
      "is shared out by name",
      [
        card("pve1", "01", { used_by: pool }),
        card("pve1", "02", { used_by: pool }),
        card("pve1", "03", { used_by: pool }),
      ],
      { w3: 1, w2: 1, w1: 1 },
      undefined,
      { w1: "pve1: gpu-pve1-01", w2: "pve1: gpu-pve1-02", w3: "pve1: gpu-pve1-03" },
    ],
    [
      "goes to the larger request first",
      [
        card("pve1", "01", { used_by: pool }),
        card("pve1", "02", { used_by: pool }),
        card("pve1", "03", { used_by: pool }),
      ],
      { w1: 1, w3: 2 },
      undefined,
      { w1: "pve1: gpu-pve1-03", w3: "pve1: gpu-pve1-01, gpu-pve1-02" },
    ],
    [
      "goes to who still needs one",
      [card("pve1", "01", { used_by: [W1, W2] }), card("pve1", "02", { used_by: [W1] })],
      { w1: 1, w2: 1 },
      undefined,
      { w1: "pve1: gpu-pve1-02", w2: "pve1: gpu-pve1-01" },
    ],
    [
      "is not for one that is to be on another node",
      [card("pve1", "01", { used_by: [W1, W2] }), card("pve2", "01")],
      { w1: 1, w2: 1 },
      { nodes: { w1: "pve2" } },
      { w1: "pve2: gpu-pve2-01", w2: "pve1: gpu-pve1-01" },
    ],
    [
      "leaves who goes without on the node, which is where it is",
      [card("pve1", "01", { used_by: [W1, W2] }), card("pve1", "02"), card("pve2", "01"), card("pve2", "02")],
      { w1: 1, w2: 1 },
      undefined,
      { w1: "pve1: gpu-pve1-01", w2: "pve1: gpu-pve1-02" },
    ],
  ])("%s", async (_what, units, guests, options, expected) => {
    expect(await assigned(units, guests, options)).toEqual(expected);
  });
});

describe("a guest gets what is free", () => {
  it.each<Row>([
    [
      "on the node with the most of it",
      [card("pve1", "01"), card("pve1", "02", { isolated: false }), card("pve2", "01"), card("pve2", "02")],
      { w1: 1 },
      undefined,
      { w1: "pve2: gpu-pve2-01" },
    ],
    [
      "on the first node by name where several have as much, the lowest address first",
      [card("pve2", "01"), card("pve10", "02"), card("pve10", "0a"), card("pve2", "03")],
      { w1: 1 },
      undefined,
      { w1: "pve10: gpu-pve10-02" },
    ],
    [
      "larger requests first, then names",
      [card("pve1", "01"), card("pve1", "02"), card("pve1", "03"), card("pve2", "01")],
      { w1: 1, w3: 1, w2: 2 },
      undefined,
      { w1: "pve1: gpu-pve1-03", w2: "pve1: gpu-pve1-01, gpu-pve1-02", w3: "pve2: gpu-pve2-01" },
    ],
    [
      "after those that have to be on a node",
      [card("pve1", "01"), card("pve1", "02"), card("pve1", "03")],
      { w1: 2, w2: 1 },
      { nodes: { w2: "pve1" } },
      { w1: "pve1: gpu-pve1-02, gpu-pve1-03", w2: "pve1: gpu-pve1-01" },
    ],
    [
      "on the node where it has to be, leaving what it holds elsewhere",
      [card("pve1", "01", { used_by: [W1] }), card("pve2", "01"), card("pve2", "02", { used_by: [W1] })],
      { w1: 2 },
      { nodes: { w1: "pve2" } },
      { w1: "pve2: gpu-pve2-01, gpu-pve2-02" },
    ],
    [
      "also what templates alone name, theirs or not",
      [
        card("pve1", "01", { used_by: [user(9000, "golden", true), user(9001, "w1", true)] }),
        card("pve2", "01"),
        card("pve2", "02"),
      ],
      { w1: 2, w2: 1 },
      undefined,
      { w1: "pve2: gpu-pve2-01, gpu-pve2-02", w2: "pve1: gpu-pve1-01" },
    ],
    [
      "a virtual function too",
      [card("pve1", "01", { kind: "vf" })],
      { w1: 1 },
      undefined,
      { w1: "pve1: gpu-pve1-01" },
    ],
    [
      "not isolated only where that is allowed",
      [card("pve1", "01", { isolated: false }), card("pve2", "01", { isolated: null, iommu_groups: [] })],
      { w1: 1 },
      { shared_groups: true },
      { w1: "pve1: gpu-pve1-01" },
    ],
    [
      "two of one IOMMU group together",
      [
        card("pve1", "01", { isolated: false, iommu_groups: [1] }),
        card("pve1", "02", { isolated: false, iommu_groups: [1] }),
      ],
      { w1: 2 },
      { shared_groups: true },
      { w1: "pve1: gpu-pve1-01, gpu-pve1-02" },
    ],
    [
      "and a group that is another's on another node only by its number",
      [
        card("pve1", "01", { used_by: [DESKTOP], iommu_groups: [1] }),
        card("pve2", "01", { iommu_groups: [1] }),
      ],
      { w1: 1 },
      undefined,
      { w1: "pve2: gpu-pve2-01" },
    ],
    [
      "and the rest of a group that is its own",
      [
        card("pve1", "01", { used_by: [W1], isolated: false, iommu_groups: [1] }),
        card("pve1", "02", { isolated: false, iommu_groups: [1] }),
      ],
      { w1: 2 },
      { shared_groups: true },
      { w1: "pve1: gpu-pve1-01, gpu-pve1-02" },
    ],
  ])("%s", async (_what, units, guests, options, expected) => {
    expect(await assigned(units, guests, options)).toEqual(expected);
  });

  const shared = (bus: string, used_by: readonly (typeof W1)[] = []) =>
    card("pve1", bus, { isolated: false, iommu_groups: [7], used_by });
  it.each<readonly [string, readonly CtyValue[], CtyValue]>([
    ["which only a guest holds that is not asked for", [card("pve1", "02", { used_by: [DESKTOP] })], 1],
    ["which a guest holds that needs it no longer", [card("pve1", "02", { used_by: [W2] })], 1],
    ["with live virtual functions", [card("pve1", "02", { kind: "pf" })], 1],
    ["in no IOMMU group", [card("pve1", "02", { isolated: null, iommu_groups: [] })], 1],
    ["of which nobody knows who uses it", [card("pve1", "02", { used_by: null })], 1],
    ["with a group of which another guest holds a unit", [shared("02"), shared("03", [DESKTOP])], 1],
    ["with a group of which it and another hold a unit", [shared("02"), shared("03", [W1, DESKTOP])], 2],
  ])("but nothing %s", async (_what, units, count) => {
    const all = [card("pve0", "ff", { used_by: [W2] }), ...units];
    expect((await refusal(all, { w1: count, w2: 0 }, { shared_groups: true })).message).toMatch(
      /^guests\["w1"\] asks for/,
    );
  });

  it("but nothing with a group of which another guest is given a unit", async () => {
    const units = [shared("01"), shared("02"), card("pve1", "03"), card("pve1", "04")];
    expect(await assigned(units, { w1: 1, w2: 2 }, { shared_groups: true })).toEqual({
      w1: "pve1: gpu-pve1-03",
      w2: "pve1: gpu-pve1-01, gpu-pve1-02",
    });
    expect(await assigned(units, { w1: 1, w2: 1 }, { shared_groups: true })).toEqual({
      w1: "pve1: gpu-pve1-01",
      w2: "pve1: gpu-pve1-03",
    });
  });
});

describe("a guest that asks for 0", () => {
  it("gets nothing, and is nowhere unless it has to be somewhere", async () => {
    const units = [card("pve1", "01"), card("pve1", "02", { used_by: [W2] })];
    expect(await assigned(units, { w1: 0, w2: 0, w3: 0 }, { nodes: { w3: "pve9" } })).toEqual({
      w1: "null: ",
      w2: "null: ",
      w3: "pve9: ",
    });
  });

  it("needs no units", async () => {
    expect(await assigned([], { w1: 0 })).toEqual({ w1: "null: " });
    expect(await assigned([], {})).toEqual({});
  });
});

describe("units", () => {
  it("may be there twice", async () => {
    const held = card("pve1", "02", { used_by: [DESKTOP, W1] });
    const again = card("pve1", "02", { used_by: [W1, DESKTOP], path: "0000:02:00.0" });
    expect(await assigned([card("pve1", "01"), held, card("pve1", "01"), again], { w1: 2 })).toEqual({
      w1: "pve1: gpu-pve1-01, gpu-pve1-02",
    });
  });

  it("that are unknown in part give an unknown answer", async () => {
    expect(await answered([card("pve1", "01", { isolated: UNKNOWN })], { w1: 1 })).toBe(UNKNOWN);
  });

  it.each<readonly [string, readonly CtyValue[], string]>([
    [
      "that say nothing of use",
      [card("pve1", "01", { used_by: null }), card("pve1", "02", { used_by: null })],
      'used_by is null in every element of units, so that none is known to be free. Read them with include_usage = true, and grant the token and its user VM.Audit on /vms and all below; the role PVEAuditor on "/" covers it.',
    ],
    [
      "of one place that differ",
      [card("pve1", "01"), card("pve1", "01", { used_by: [W1], kind: "pf" })],
      "units[0] and units[1] are the same unit, pve1 0000:01:00, and differ in kind, used_by. Read it once, or pass it once.",
    ],
    [
      "of one place with two names",
      [card("pve1", "01"), card("pve1", "01", { mapping_name: "card" })],
      "units[0] and units[1] are the same unit, pve1 0000:01:00, and differ in mapping_name. Read it once, or pass it once.",
    ],
    [
      "of one name",
      [card("pve1", "01"), card("pve2", "01", { mapping_name: "gpu-pve1-01" })],
      "units[0] and units[1] are both called gpu-pve1-01, and are pve1 0000:01:00 and pve2 0000:01:00. Read one of them with another mapping_prefix.",
    ],
    [
      "with a path that is none",
      [card("pve1", "01", { path: "pve1/01:00" })],
      '"pve1/01:00" is not a PCI address: write "0000:03:00.0" or "03:00.0" for one function, "0000:03:00" for a whole slot.',
    ],
    [
      "of another kind",
      [card("pve1", "01", { kind: "gpu" })],
      'units[0].kind is "gpu", which is none of the values it can have: "card", "pf", "vf".',
    ],
    ["that are null", [card("pve1", "01"), null], "units[1] is null. Leave it out, or give it a value."],
    [
      "on no node, as parse_lspci has them",
      [card("pve1", "01", { node: null })],
      "units[0].node is null. Leave it out, or give it a value.",
    ],
  ])("%s are refused", async (_what, units, message) => {
    expect(await refusal(units, { w1: 0 })).toEqual({ argument: 0, message });
  });
});

describe("guests", () => {
  it.each<readonly [string, CtyValue, string]>([
    ["a fraction", 1.5, 'guests["w1"] is 1.5, and must be a whole number.'],
    ["less than nothing", -1, 'guests["w1"] is -1, and must be at least 0.'],
    [
      "more than anybody counts",
      new CtyDecimal("1e30"),
      'guests["w1"] is 1000000000000000000000000000000, which is larger or more precise than the provider can handle.',
    ],
    ["null", null, 'guests["w1"] is null. Leave it out, or give it a value.'],
  ])("that ask for %s are refused", async (_what, count, message) => {
    expect(await refusal([card("pve1", "01")], { w1: count })).toEqual({ argument: 1, message });
  });

  it("of one name are refused, also when they ask for nothing, but for templates", async () => {
    const twins = (template: boolean) => [
      card("pve1", "01", { used_by: [W1] }),
      card("pve1", "02", { used_by: [W1] }),
      card("pve2", "01", { used_by: [user(99, "w1", template)] }),
    ];
    expect(await refusal(twins(false), { w1: 0 })).toEqual({
      argument: 1,
      message:
        'guests["w1"]: the guests 99 on pve2 and 101 on pve1 bear this name, and each holds units. Rename all but one of them in Proxmox first.',
    });
    expect(await assigned(twins(true), { w1: 1 })).toEqual({ w1: "pve1: gpu-pve1-01" });
    expect(await assigned(twins(false), { w2: 0 })).toEqual({ w2: "null: " });
  });

  it("cannot be on two nodes, unless it is said which one counts", async () => {
    const units = [card("pve1", "01", { used_by: [W1] }), card("pve2", "01", { used_by: [W1] })];
    expect(await refusal(units, { w1: 1 })).toEqual({
      argument: 1,
      message:
        'guests["w1"]: guest 101 holds units on pve1 and pve2, and can be on one node only. Pass units that were read together, or name its node in options.nodes.',
    });
    expect(await assigned(units, { w1: 1 }, { nodes: { w1: "pve2" } })).toEqual({ w1: "pve2: gpu-pve2-01" });
  });
});

describe("options", () => {
  const OPTIONS = "Its options are nodes, shared_groups.";
  const anOption = (name: string, value: CtyValue) =>
    new CtyDynamicValue(ctyObject({ [name]: ctyString }), new Map([[name, value]]));
  const nodes = (value: CtyValue) =>
    new CtyDynamicValue(ctyObject({ nodes: ctyMap(ctyString) }), new Map([["nodes", value]]));

  it.each<readonly [string, CtyValue, string]>([
    ["another one", anOption("spread", "true"), `options has no option "spread". ${OPTIONS}`],
    ["nearly one", anOption("node", "pve1"), `options has no option "node". Did you mean nodes? ${OPTIONS}`],
    ["a flag that is none", anOption("shared_groups", "yes"), "options.shared_groups must be true or false."],
    ["nodes that are no map", anOption("nodes", "pve1"), "options.nodes must be a map."],
    [
      "null for a node",
      nodes(new Map([["w1", null]])),
      'options.nodes["w1"] is null. Leave it out, or give it a value.',
    ],
    [
      "a node that is none",
      nodes(new Map([["w1", "pve1/01:00"]])),
      '"pve1/01:00" is not the name of a Proxmox node: names have letters, digits and "-", such as "pve1".',
    ],
    [
      "a guest that is nearly one",
      nodes(new Map([["w11", "pve1"]])),
      'options.nodes["w11"] is not among guests. Did you mean w1? Take it out of nodes, or add it to guests.',
    ],
    [
      "a guest that is none",
      nodes(new Map([["database", "pve1"]])),
      'options.nodes["database"] is not among guests. Take it out of nodes, or add it to guests.',
    ],
  ])("refuse %s", async (_what, given, message) => {
    expect(await optionsRefusal([card("pve1", "01")], { w1: 1 }, given)).toEqual({ argument: 2, message });
  });

  it("may be null, or null in part", async () => {
    expect(await assigned([card("pve1", "01")], { w1: 1 }, {})).toEqual({ w1: "pve1: gpu-pve1-01" });
  });
});

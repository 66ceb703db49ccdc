import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import { type ConfiguredProvider, configuredFor } from "../support/provider/reading.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const ALL = ["devices", "gpus", "by_node", "mappings", "pools"];
const NODES = ["pve1", "pve2"];

/** One thing to say of each kind: a card beside a drive, one with mdev and sound, one with a live VF. */
const HARDWARE = hardwareOf({
  pve1: [
    pciFunction("0000:01:00.0", "10de:2204", "030000", 1, "GA102 [GeForce RTX 3090]"),
    pciFunction("0000:02:00.0", "8086:f1a8", "010802", 1, "SSD 660P"),
    pciFunction("0000:03:00.0", "10de:1b38", "030200", 3, "GP102GL [Tesla P40]", { mdev: 1 }),
    pciFunction("0000:03:00.1", "10de:10ef", "040300", 3, "GP102 HDMI Audio Controller"),
  ],
  pve2: [
    pciFunction("0000:c1:00.0", "10de:26b9", "030200", 4, "AD102GL [L40S]", {
      virtfns: { virtfn0: "0000:c1:00.4" },
    }),
    pciFunction("0000:c1:00.4", "10de:26b9", "030200", 5, "AD102GL [L40S]", { physfn: "0000:c1:00.0" }),
  ],
  pve3: [],
});

let pve: PveStandIn;
let provider: ConfiguredProvider;
beforeAll(async () => {
  pve = await startPve({ source: HARDWARE });
  const member = pve.cluster.nodes.get("pve3");
  if (member !== undefined) member.entry = { ...member.entry, status: "offline" };
  provider = await configuredFor(pve);
});
afterAll(async () => {
  await pve.close();
});

describe("results", () => {
  it.each(ALL.map((name) => [name]))("leaves the others null: %s", async (name) => {
    const whole = await provider.read({ nodes: NODES });
    const { state } = await provider.read({ nodes: NODES, results: [name] });
    const expected = ALL.map((result) => [result, result === name ? whole.state?.[result] : null]);
    expect(ALL.map((result) => [result, state?.[result]])).toEqual(expected);
    expect(state?.[name]).not.toBeNull();
  });

  it("gives several, in any order and named twice", async () => {
    const { state } = await provider.read({ nodes: NODES, results: ["pools", "gpus", "pools"] });
    expect(ALL.filter((name) => state?.[name] !== null)).toEqual(["gpus", "pools"]);
    expect(state?.["results"]).toEqual(["pools", "gpus", "pools"]);
  });

  it("gives all when left out", async () => {
    const { state } = await provider.read({ nodes: NODES });
    expect(ALL.filter((name) => state?.[name] === null)).toEqual([]);
  });

  it("says nothing of units where only devices are wanted", async () => {
    const of = async (results: string[]) =>
      (await provider.read({ nodes: NODES, results })).told.map(({ summary }) => summary);
    const units = ["GPU Is Not Isolated", "Functions Are Left Behind", "Card Has Live Virtual Functions"];
    for (const result of ALL.slice(1)) expect(await of([result])).toEqual(expect.arrayContaining(units));
    expect((await of(["devices"])).filter((summary) => units.includes(summary))).toEqual([]);
  });

  it("says that names of units clash only where units are wanted", async () => {
    const card = (at: string) => pciFunction(at, "10de:2204", "030000", 1, "GA102 [GeForce RTX 3090]");
    const source = hardwareOf({ vmd: [card("10000:e1:00.0")], "vmd-10000": [card("0000:e1:00.0")] });
    const stand = await startPve({ source });
    const clashing = await configuredFor(stand);
    for (const result of ALL.slice(1)) {
      const { told } = await clashing.read({ results: [result] });
      expect(told.map(({ summary }) => summary)).toEqual(["Mapping Names Clash"]);
    }
    const { state, told } = await clashing.read({ results: ["devices"] });
    await stand.close();
    expect(told).toEqual([]);
    expect(state?.["devices"]).toHaveLength(2);
  });

  it.each(ALL.map((name) => [name]))("still checks what was expected: %s", async (name) => {
    const few = await provider.read({ nodes: NODES, results: [name], ids: ["10de:ffff"], at_least: 1 });
    expect(few.told.map(({ summary }) => summary)).toEqual(["Too Few PCI Devices Match"]);
    const none = await provider.read({ nodes: NODES, results: [name], paths: ["99:00.0"] });
    expect(none.told.map(({ summary }) => summary)).toEqual(["PCI Device Not Found"]);
  });

  it.each([
    [[], "results", "results is empty, and asks for nothing. Leave the argument out to get all of them."],
    [
      ["gpus", "cards"],
      "results[1]",
      'results[1] is "cards", which is none of the values it can have: "devices", "gpus", "by_node", "mappings", "pools".',
    ],
  ])("refuses %j", (results, attribute, detail) => {
    expect(provider.validate({ results }).map((told) => [told.attribute, told.detail])).toEqual([
      [attribute, detail],
    ]);
  });
});

describe("the elements of mappings", () => {
  it("bear what they are selected by: kind and node", async () => {
    const { state } = await provider.read({ nodes: ["pve2"], paths: ["c1:00"] });
    const mappings = Object.entries(state?.["mappings"] as Record<string, { kind: string; node: string }>);
    expect(mappings.map(([name, { kind, node }]) => [name, kind, node])).toEqual([
      ["gpu-pve2-c1-00", "pf", "pve2"],
      ["gpu-pve2-c1-00-4", "vf", "pve2"],
    ]);
  });
});

describe("accept", () => {
  const SILENCED = {
    not_isolated: "GPU Is Not Isolated",
    left_behind: "Functions Are Left Behind",
    live_virtual_functions: "Card Has Live Virtual Functions",
  };

  it.each(Object.entries(SILENCED))("silences what it names and no more: %s", async (word, summary) => {
    const loud = await provider.read({ nodes: NODES });
    const silent = await provider.read({ nodes: NODES, accept: [word] });
    expect(loud.told.map((told) => told.summary)).toContain(summary);
    expect(silent.told).toEqual(loud.told.filter((told) => told.summary !== summary));
    expect({ ...silent.state, accept: null }).toEqual(loud.state);
  });

  it("silences nothing when empty", async () => {
    const loud = await provider.read({ nodes: NODES });
    const empty = await provider.read({ nodes: NODES, accept: [] });
    expect(empty.told).toEqual(loud.told);
  });

  it("never silences that a node was left out", async () => {
    const { told } = await provider.read({
      unreachable_nodes: "warn",
      accept: [...Object.keys(SILENCED), "iommu_off", "hidden_mappings"],
    });
    expect(told.map(({ summary }) => summary)).toEqual(["Node Left Out"]);
  });

  it("refuses another word, and names them all", () => {
    expect(provider.validate({ accept: ["iommu_off", "iommu"] }).map(({ detail }) => detail)).toEqual([
      'accept[1] is "iommu", which is none of the values it can have: "iommu_off", "not_isolated", "left_behind", "live_virtual_functions", "unreported_virtual_functions", "usage_incomplete", "guests_clash", "guests_broken", "hidden_mappings".',
    ]);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMappingLines } from "../../src/pci/mapping-line.ts";
import { type ExistingMapping, nameByModel } from "../../src/pci/model-name.ts";
import { type Unit, unitsOf } from "../../src/pci/unit.ts";
import { AUDIO, host, type Traits } from "./support/hardware.ts";

const MODEL = "gpu-pve1-10de-2204";

/** Cards of one model, by address, each with its subsystem's device id. */
type Cards = { readonly [address: string]: string };

const unitsAt = (cards: Cards): readonly Unit[] =>
  unitsOf(
    host(
      Object.fromEntries(
        Object.entries(cards).map(([address, board]): [string, Traits] => [
          address,
          { subsystem_vendor: "0x1462", subsystem_device: `0x${board}` },
        ]),
      ),
    ),
  );

/** A mapping with one line. */
const mapping = (id: string, path: string, board = "0001", node = "pve1"): ExistingMapping => ({
  id,
  lines: parseMappingLines([`id=10de:2204,node=${node},path=${path},subsystem-id=1462:${board}`]),
});

/** Names by main function's address, and what is said of names that move or find nothing. */
function named(cards: Cards, mappings: readonly ExistingMapping[]) {
  const units = unitsAt(cards);
  const { names, moved, lost } = nameByModel(units, "gpu", mappings);
  return {
    names: Object.fromEntries(
      units.map(({ main }, index) => [main.path.slice(5), names[index]?.slice(MODEL.length + 1)]),
    ),
    moved: moved.map(({ name, unit }) => `${name.slice(MODEL.length + 1)} to ${unit.main.path.slice(5)}`),
    lost: lost.map(({ name }) => name.slice(MODEL.length + 1)),
  };
}

const TWO = [mapping(`${MODEL}-0`, "0000:01:00.0"), mapping(`${MODEL}-1`, "0000:02:00.0")];

describe("names by model", () => {
  test("count the units of a model where no mapping bears such a name, virtual functions by themselves", () => {
    const units = unitsOf(
      host({
        "0000:01:00.0": {},
        "0000:01:00.1": AUDIO,
        "0000:02:00.0": AUDIO,
        "0000:02:00.1": {},
        "0000:c1:00.0": { device: "0x26b9" },
        "0000:c1:00.4": { device: "0x26b9", physfn: "0000:c1:00.0" },
        "0000:c1:00.5": { device: "0x26b9", physfn: "0000:c1:00.0" },
        "0000:c2:00.0": { device: "0x26b9" },
      }),
    );
    expect(nameByModel(units, "card", [])).toEqual({
      names: [
        "card-pve1-10de-2204-0",
        "card-pve1-10de-2204-1",
        "card-pve1-10de-26b9-0",
        "card-pve1-10de-26b9-vf-0",
        "card-pve1-10de-26b9-vf-1",
        "card-pve1-10de-26b9-1",
      ],
      moved: [],
      lost: [],
    });
    expect(nameByModel([], "gpu", TWO)).toEqual({ names: [], moved: [], lost: [] });
  });

  test.each<[string, Cards, readonly ExistingMapping[], ReturnType<typeof named>]>([
    [
      "stay where nothing has changed, whatever their order",
      { "0000:01:00.0": "0001", "0000:02:00.0": "0001" },
      [mapping(`${MODEL}-7`, "0000:01:00"), mapping(`${MODEL}-3`, "0000:02:00.0")],
      { names: { "01:00.0": "7", "02:00.0": "3" }, moved: [], lost: [] },
    ],
    [
      "stay when a card comes in front, which takes the lowest free number",
      { "0000:00:01.0": "0001", "0000:01:00.0": "0001", "0000:02:00.0": "0001" },
      TWO,
      { names: { "00:01.0": "2", "01:00.0": "0", "02:00.0": "1" }, moved: [], lost: [] },
    ],
    [
      "stay when the first card is lost, and the name that finds none is told",
      { "0000:02:00.0": "0001" },
      TWO,
      { names: { "02:00.0": "1" }, moved: [], lost: ["0"] },
    ],
    [
      "go along in order when the cards move, and are told",
      { "0000:03:00.0": "0001", "0000:04:00.0": "0001" },
      TWO,
      { names: { "03:00.0": "0", "04:00.0": "1" }, moved: ["0 to 03:00.0", "1 to 04:00.0"], lost: [] },
    ],
    [
      "go along when one moves past none",
      { "0000:01:00.0": "0001", "0000:09:00.0": "0001" },
      TWO,
      { names: { "01:00.0": "0", "09:00.0": "1" }, moved: ["1 to 09:00.0"], lost: [] },
    ],
    [
      "stay at their addresses when boards are exchanged, and are told",
      { "0000:01:00.0": "0002", "0000:02:00.0": "0001" },
      [mapping(`${MODEL}-0`, "0000:01:00.0", "0001"), mapping(`${MODEL}-1`, "0000:02:00.0", "0002")],
      { names: { "01:00.0": "0", "02:00.0": "1" }, moved: ["0 to 01:00.0", "1 to 02:00.0"], lost: [] },
    ],
    [
      "are new where all have moved and one more came: nothing tells which is which",
      { "0000:05:00.0": "0001", "0000:06:00.0": "0001", "0000:07:00.0": "0001" },
      TWO,
      { names: { "05:00.0": "2", "06:00.0": "3", "07:00.0": "4" }, moved: [], lost: ["0", "1"] },
    ],
    [
      "fill gaps between those that are borne",
      { "0000:01:00.0": "0001", "0000:02:00.0": "0001", "0000:03:00.0": "0001", "0000:04:00.0": "0001" },
      [mapping(`${MODEL}-3`, "0000:02:00.0"), mapping(`${MODEL}-1`, "0000:03:00.0")],
      { names: { "01:00.0": "0", "02:00.0": "3", "03:00.0": "1", "04:00.0": "2" }, moved: [], lost: [] },
    ],
    [
      "pass over numbers that a mapping for another node bears",
      { "0000:01:00.0": "0001", "0000:02:00.0": "0001" },
      [mapping(`${MODEL}-0`, "0000:01:00.0", "0001", "pve2")],
      { names: { "01:00.0": "1", "02:00.0": "2" }, moved: [], lost: [] },
    ],
    [
      "are no others: another prefix, node, model, kind, or a number written otherwise",
      { "0000:01:00.0": "0001" },
      [
        ...["card-pve1-10de-2204-5", "gpu-pve2-10de-2204-5", "gpu-pve1-10de-2205-5", `${MODEL}-vf-5`],
        ...[`${MODEL}-05`, `${MODEL}-5a`, `${MODEL}-`, MODEL, `${MODEL}--5`],
      ].map((id) => mapping(id, "0000:01:00.0")),
      { names: { "01:00.0": "0" }, moved: [], lost: [] },
    ],
    [
      "are kept once where two mappings bear one address, by the lower number",
      { "0000:01:00.0": "0001" },
      [mapping(`${MODEL}-4`, "0000:01:00.0"), mapping(`${MODEL}-2`, "0000:01:00.0")],
      { names: { "01:00.0": "2" }, moved: [], lost: ["4"] },
    ],
    [
      "follow an address in a line of several, and one in capitals",
      { "0000:0a:00.0": "0001", "0000:02:00.0": "0001", "0000:03:00.0": "0001" },
      [mapping(`${MODEL}-1`, "0000:09:00.0;0000:02:00.0"), mapping(`${MODEL}-2`, "0000:0A:00")],
      { names: { "0a:00.0": "2", "02:00.0": "1", "03:00.0": "0" }, moved: [], lost: [] },
    ],
    [
      "come last in the order where their address cannot be read, and are told",
      { "0000:01:00.0": "0001", "0000:02:00.0": "0001" },
      [mapping(`${MODEL}-0`, "nonsense"), mapping(`${MODEL}-1`, "0000:01:00.0")],
      { names: { "01:00.0": "1", "02:00.0": "0" }, moved: ["0 to 02:00.0"], lost: [] },
    ],
  ])("%s", (_what, cards, mappings, expected) => {
    expect(named(cards, mappings)).toEqual(expected);
  });

  test("of a card that is mapped as a slot fit a line for its function, and the other way round", () => {
    const units = unitsOf(host({ "0000:01:00.0": {}, "0000:01:00.1": AUDIO, "0000:02:00.0": {} }));
    const lines = (...paths: string[]) =>
      paths.map((path, index) => ({
        id: `${MODEL}-${1 - index}`,
        lines: parseMappingLines([`id=10de:2204,node=pve1,path=${path}`]),
      }));
    const expected = { names: [`${MODEL}-1`, `${MODEL}-0`], moved: [], lost: [] };
    expect(nameByModel(units, "gpu", lines("0000:01:00.0", "0000:02:00"))).toEqual(expected);
  });
});

/** Cards with serial numbers in a host of some slots. */
interface Card {
  readonly serial: number;
  readonly board: string;
}
type Host = ReadonlyMap<string, Card>;

const SLOTS = ["01", "02", "03", "04", "41", "81"].map((bus) => `0000:${bus}:00.0`);
const boardArbitrary = fc.constantFrom("0001", "0001", "0001", "0002");

const hostArbitrary = fc
  .record({
    slots: fc.subarray(SLOTS, { minLength: 1 }),
    boards: fc.array(boardArbitrary, { minLength: 6, maxLength: 6 }),
  })
  .map(
    ({ slots, boards }): Host =>
      new Map(slots.map((slot, serial) => [slot, { serial, board: boards[serial] ?? "0001" }])),
  );

/** Names of the cards of a host, as mappings bear them after an apply; and what the plan before it said. */
function applied(cards: Host, mappings: readonly ExistingMapping[]) {
  const units = unitsAt(Object.fromEntries([...cards].map(([slot, { board }]) => [slot, board])));
  const result = nameByModel(units, "gpu", mappings);
  const after = units.map((unit, index) =>
    mapping(result.names[index] ?? "", unit.path, unit.main.subsystemId?.slice(-4)),
  );
  return { ...result, units, mappings: after };
}

const pathsByName = (mappings: readonly ExistingMapping[]) =>
  new Map(mappings.map(({ id, lines }) => [id, lines[0]?.path]));

describe("after any change of the hardware", () => {
  /** A host whose names have a history, so that their numbers are in no order. */
  const historyArbitrary = fc.array(hostArbitrary, { minLength: 1, maxLength: 4 });
  const settled = (history: readonly Host[]) =>
    history.reduce<readonly ExistingMapping[]>((mappings, one) => applied(one, mappings).mappings, []);

  test("every unit has a name of its own, what was applied is kept, and nothing is said twice", () => {
    fc.assert(
      fc.property(historyArbitrary, hostArbitrary, (history, next) => {
        const first = applied(next, settled(history));
        expect(new Set(first.names).size).toBe(first.names.length);
        const second = applied(next, first.mappings);
        expect(second).toEqual({ ...first, moved: [], lost: [] });
      }),
      { numRuns: 2000 },
    );
  });

  test("a name that stands for another address or board is told, and so is one without a unit", () => {
    fc.assert(
      fc.property(historyArbitrary, hostArbitrary, (history, next) => {
        const before = settled(history);
        const { names, units, moved, lost } = applied(next, before);
        const told = new Set(moved.map(({ name }) => name));
        for (const [index, name] of names.entries()) {
          const line = before.find(({ id }) => id === name)?.lines[0];
          const { path, main } = units[index] ?? {};
          const same = line === undefined || (line.path === path && line.subsystemId === main?.subsystemId);
          expect(told.has(name)).toBe(!same);
        }
        expect(lost.map(({ name }) => name).sort()).toEqual(
          before
            .map(({ id }) => id)
            .filter((id) => !names.includes(id))
            .sort(),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("cards that are put in or taken out change nobody else's mapping", () => {
    const changeArbitrary = fc.record({
      history: historyArbitrary,
      slots: fc.subarray(SLOTS),
      into: fc.boolean(),
    });
    fc.assert(
      fc.property(changeArbitrary, ({ history, slots, into }) => {
        const last = history.at(-1) ?? new Map<string, Card>();
        const next = into
          ? new Map([
              ...SLOTS.filter((slot) => slots.includes(slot)).map(
                (slot) => [slot, { serial: 9, board: "0001" }] as const,
              ),
              ...last,
            ])
          : new Map([...last].filter(([slot]) => !slots.includes(slot)));
        const before = settled(history);
        const { moved, mappings } = applied(next, before);
        expect(moved).toEqual([]);
        const now = pathsByName(mappings);
        for (const [name, path] of pathsByName(before)) expect([path, undefined]).toContain(now.get(name));
        const stillThere = [...pathsByName(before)].filter(
          ([, path]) => path !== undefined && next.has(path),
        );
        for (const [name, path] of stillThere) expect(now.get(name)).toBe(path);
      }),
      { numRuns: 2000 },
    );
  });

  test("cards that all move and stay in order keep their names, card by card", () => {
    fc.assert(
      fc.property(historyArbitrary, fc.integer({ min: 1, max: 0x20 }), (history, shift) => {
        const last = history.at(-1) ?? new Map<string, Card>();
        const shifted = (slot: string) =>
          `0000:${(Number.parseInt(slot.slice(5, 7), 16) + shift).toString(16).padStart(2, "0")}:00.0`;
        const next = new Map([...last].map(([slot, card]) => [shifted(slot), card]));
        const before = settled(history);
        const now = pathsByName(applied(next, before).mappings);
        for (const [name, path] of pathsByName(before)) expect(now.get(name)).toBe(shifted(path ?? ""));
      }),
      { numRuns: 2000 },
    );
  });
});

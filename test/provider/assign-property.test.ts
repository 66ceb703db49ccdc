/** `assign` on random clusters: against a second reading of its contract, and for what must hold of every answer. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FunctionError } from "../../src/framework/function.ts";
import { giveUnits } from "../../src/provider/functions/assign/give-units.ts";
import { type Call, callArbitrary, type Unit, type User } from "../support/assign/arbitrary.ts";
import { type Result, reading } from "../support/assign/reading.ts";

const RUNS = { numRuns: 1500 };

/** The answer, or the name of the guest that gets nothing. */
function answer(call: Call): Result | string {
  try {
    const result = giveUnits(call.units, new Map(Object.entries(call.guests)), {
      nodes: new Map(Object.entries(call.nodes)),
      shared_groups: call.sharedGroups,
    });
    return Object.fromEntries(result);
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    return /^guests\["(.*?)"\] asks for/.exec(error.message)?.[1] ?? error.message;
  }
}

/** Calls that have an answer, with it. */
const answered = callArbitrary
  .map((call) => ({ call, result: answer(call) }))
  .filter((one): one is { call: Call; result: Result } => typeof one.result !== "string");

/** The guests that hold a unit, each once. */
function usersOf(unit: Unit): readonly User[] {
  const users = (unit.used_by ?? []).filter(({ template }) => !template);
  return users.filter(({ vmid }, index) => users.findIndex((user) => user.vmid === vmid) === index);
}

const isHeldBy = (unit: Unit, name: string): boolean => usersOf(unit).some((user) => user.name === name);
const unitsOf = ({ units }: Call, names: readonly string[]): readonly Unit[] =>
  units.filter(({ mapping_name }) => names.includes(mapping_name));
const without = (record: Result, name: string): Result =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

/** What the others get; where there is no answer, the guest that it fails for. */
const besides = (outcome: Result | string, name: string): Result | string =>
  typeof outcome === "string" ? outcome : without(outcome, name);

/** The cluster when the answer has been applied: every requested guest holds what it was given, and nothing else. */
function applied(call: Call, result: Result): Call {
  const number = (name: string): number =>
    call.units.flatMap(usersOf).find((user) => user.name === name)?.vmid ?? 900 + name.charCodeAt(1);
  return {
    ...call,
    units: call.units.map((unit) => ({
      ...unit,
      used_by: unit.used_by && [
        ...unit.used_by.filter(({ name, template }) => template || name === null || !(name in call.guests)),
        ...Object.entries(result)
          .filter(([, { mappings }]) => mappings.includes(unit.mapping_name))
          .map(([name]) => ({ vmid: number(name), name, template: false })),
      ],
    })),
  };
}

const newUnit: fc.Arbitrary<Unit> = fc.record({
  mapping_name: fc.constant("gpu-new"),
  node: fc.constantFrom("pve0", "pve1", "pve10", "pve2"),
  path: fc.constantFrom("0000:00:02.0", "0000:40:00"),
  kind: fc.constant("card" as const),
  isolated: fc.boolean(),
  iommu_groups: fc.constantFrom([1], [2], [999]),
  used_by: fc.constant([]),
});

test("gives what the second reading gives, and refuses what it refuses", () => {
  let refused = 0;
  fc.assert(
    fc.property(callArbitrary, (call) => {
      const expected = reading(call);
      if (typeof expected === "string") refused++;
      expect(answer(call)).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
  // Both kinds are met often enough to mean something.
  expect(refused).toBeGreaterThan(300);
  expect(refused).toBeLessThan(2700);
});

/** What is wrong with an answer, in words. */
function* faults(call: Call, result: Result): Generator<string> {
  const given = Object.values(result).flatMap(({ mappings }) => mappings);
  if (new Set(given).size < given.length) yield "something is given twice";
  for (const name of new Set([...Object.keys(call.guests), ...Object.keys(result)])) {
    const { node, mappings } = result[name] ?? { node: null, mappings: null };
    if (mappings?.length !== call.guests[name]) yield `${name} does not get what it asks for`;
    const units = unitsOf(call, mappings ?? []);
    if (units.length === 0 && node !== (call.nodes[name] ?? null)) yield `${name} is on ${node} with nothing`;
    if (units.some((unit) => unit.node !== node)) yield `${name} has units beside ${node}`;
    const paths = (mappings ?? []).map(
      (one) => call.units.find((unit) => unit.mapping_name === one)?.path ?? "",
    );
    if (paths.join() !== [...paths].sort().join()) yield `${name} has its units in no order`;
    const alone = call.units.filter(
      (unit) =>
        isHeldBy(unit, name) &&
        usersOf(unit).length === 1 &&
        (unit.node === call.nodes[name] || !call.nodes[name]),
    );
    const kept = alone.filter(({ mapping_name }) => mappings?.includes(mapping_name));
    if (kept.length < Math.min(alone.length, call.guests[name] ?? 0)) yield `${name} loses what it holds`;
    for (const unit of units.filter((one) => !isHeldBy(one, name)))
      yield* newUnitFaults(call, result, name, unit);
  }
}

function* newUnitFaults(call: Call, result: Result, name: string, unit: Unit): Generator<string> {
  const what = `${name} gets ${unit.mapping_name}`;
  if (unit.used_by === null) yield `${what}, of which it is not known who uses it`;
  if (usersOf(unit).length > 0) yield `${what}, which others hold`;
  if (unit.kind === "pf") yield `${what}, which has live virtual functions`;
  if (unit.isolated === null) yield `${what}, which is in no group`;
  if (unit.isolated === false && !call.sharedGroups) yield `${what}, which is not isolated`;
  const mates = call.units.filter(
    (other) =>
      other.node === unit.node && other.iommu_groups.some((group) => unit.iommu_groups.includes(group)),
  );
  for (const mate of mates) {
    const [owner = name] = Object.keys(result).filter((one) =>
      result[one]?.mappings.includes(mate.mapping_name),
    );
    if (owner !== name || usersOf(mate).some((user) => user.name !== name)) {
      yield `${what}, the group of which another has`;
    }
  }
}

describe("of every answer it holds that", () => {
  test("it gives each guest what it asks for, keeps what is held, and breaks no rule", () => {
    fc.assert(
      fc.property(answered, ({ call, result }) => {
        expect([...faults(call, result)]).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  test("neither the order of units nor that of guests matters, nor a unit that is there twice", () => {
    fc.assert(
      fc.property(callArbitrary, fc.nat(), (call, seed) => {
        const [units] = fc.sample(fc.shuffledSubarray([...call.units], { minLength: call.units.length }), {
          numRuns: 1,
          seed,
        });
        const guests = Object.fromEntries(Object.entries(call.guests).reverse());
        const nodes = Object.fromEntries(Object.entries(call.nodes).reverse());
        const shuffled = { ...call, units: [...(units ?? []), ...call.units.slice(0, 2)], guests, nodes };
        expect(answer(shuffled)).toEqual(answer(call));
      }),
      RUNS,
    );
  });
});

describe("once it is applied", () => {
  test("the answer is the same", () => {
    fc.assert(
      fc.property(answered, ({ call, result }) => {
        expect(answer(applied(call, result))).toEqual(result);
      }),
      RUNS,
    );
  });

  test("a new guest gets something beside the others, or nothing", () => {
    fc.assert(
      fc.property(
        answered,
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom("a", "zz"),
        ({ call, result }, count, name) => {
          const after = answer({ ...applied(call, result), guests: { ...call.guests, [name]: count } });
          expect(besides(after, name)).toEqual(typeof after === "string" ? name : result);
        },
      ),
      RUNS,
    );
  });

  test("a new card changes nothing", () => {
    fc.assert(
      fc.property(answered, newUnit, ({ call, result }, unit) => {
        const { units, ...rest } = applied(call, result);
        expect(answer({ ...rest, units: [unit, ...units] })).toEqual(result);
      }),
      RUNS,
    );
  });

  test("a guest that is no longer asked for changes nothing for the others", () => {
    fc.assert(
      fc.property(answered, fc.nat(4), ({ call, result }, which) => {
        const names = Object.keys(call.guests);
        const gone = names[which % Math.max(names.length, 1)] ?? "";
        const { guests, nodes, ...rest } = applied(call, result);
        const drop = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
          Object.fromEntries(Object.entries(record).filter(([name]) => name !== gone));
        expect(answer({ ...rest, guests: drop(guests), nodes: drop(nodes) })).toEqual(without(result, gone));
      }),
      RUNS,
    );
  });

  test("a card that is lost, and a guest that asks for more or less, change nothing for the others", () => {
    fc.assert(
      fc.property(answered, fc.nat(4), fc.integer({ min: -1, max: 2 }), ({ call, result }, which, more) => {
        const names = Object.keys(call.guests);
        const name = names[which % Math.max(names.length, 1)] ?? "";
        fc.pre(name !== "");
        const after = applied(call, result);
        const [lost] = result[name]?.mappings ?? [];
        const units = after.units.filter(({ mapping_name }) => mapping_name !== lost);
        fc.pre(units.some(({ used_by }) => used_by !== null));
        const guests = { ...call.guests, [name]: Math.max(0, (call.guests[name] ?? 0) + more) };
        for (const changed of [
          { ...after, units },
          { ...after, guests },
        ]) {
          const next = answer(changed);
          expect(besides(next, name)).toEqual(typeof next === "string" ? name : without(result, name));
        }
      }),
      RUNS,
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clashesOver } from "../../src/pci/usage-clash.ts";
import type { Target } from "../../src/pci/usage-clash-kind.ts";
import { coverageOf, guest } from "./support/guests.ts";
import { AUDIO, host, type Traits } from "./support/hardware.ts";

/** One function of the host, with all that decides about who can have it. */
interface Fn {
  readonly path: string;
  /** The card that it belongs to. */
  readonly card: string;
  readonly group: number | null;
  /** Of a virtual function. */
  readonly physical: string | null;
  readonly live: boolean;
  /** Whether vGPUs of it are made by NVIDIA's older driver, by the newer one, or none. */
  readonly vgpu: "older" | "newer" | null;
}

interface Scene {
  readonly functions: readonly Fn[];
  /** Lines by mapping: paths with `;` between. */
  readonly mappings: { readonly [name: string]: readonly string[] };
  /** Entries of guests, the first of which has the number 200. */
  readonly guests: readonly (readonly string[])[];
}

const slots = ["0000:01:00", "0000:02:00", "0000:03:00"];

function card(slot: string, group: number | null, shape: string): Fn[] {
  const fn = (number: number, more: Partial<Fn> = {}): Fn => ({
    path: `${slot}.${number}`,
    card: `${slot}.0`,
    group,
    physical: null,
    live: false,
    vgpu: null,
    ...more,
  });
  const next = group === null ? null : group + 10;
  switch (shape) {
    case "alone":
      return [fn(0)];
    case "with sound":
      return [fn(0), fn(1)];
    case "sound apart":
      return [fn(0), fn(1, { group: next })];
    default: {
      const vgpu = shape === "older" || shape === "newer" ? shape : null;
      const virtual = (number: number, at: number | null) =>
        fn(number, { card: `${slot}.${number}`, group: at, physical: `${slot}.0`, vgpu });
      return [fn(0, { live: true }), virtual(4, next), virtual(5, next === null ? null : next + 10)];
    }
  }
}

const functions = fc
  .tuple(
    ...slots.map((slot, index) =>
      fc
        .tuple(
          fc.oneof({ weight: 5, arbitrary: fc.constant(index + 1) }, fc.constantFrom(1, null)),
          fc.constantFrom("alone", "with sound", "with sound", "sound apart", "virtual", "older", "newer"),
        )
        .map(([group, shape]) => card(slot, group, shape)),
    ),
  )
  .map((cards) => cards.flat());

const scene: fc.Arbitrary<Scene> = functions.chain((all) => {
  const place = fc.constantFrom(...slots, ...all.map(({ path }) => path));
  const line = fc.oneof(
    { weight: 5, arbitrary: place },
    fc.tuple(place, place).map((two) => two.join(";")),
  );
  const lines = fc.uniqueArray(line, { minLength: 1, maxLength: 3 });
  const entry = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("mapping=one", "mapping=two") },
    { weight: 2, arbitrary: place },
    { weight: 1, arbitrary: place.map((path) => `${path},mdev=nvidia-35`) },
    { weight: 1, arbitrary: fc.constantFrom("mapping=one,mdev=nvidia-35") },
  );
  return fc.record({
    functions: fc.constant(all),
    mappings: fc.record({ one: lines, two: lines }),
    guests: fc.array(fc.array(entry, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 }),
  });
});

/** What serves one entry: some functions of one line or address, taken whole or not. */
interface Choice {
  readonly guest: number;
  readonly functions: readonly Fn[];
  readonly mdev: boolean;
  readonly mapping: string | null;
}

function choicesOf({ functions: all, mappings }: Scene, guestIndex: number, entry: string): Choice[] {
  const mdev = entry.endsWith(",mdev=nvidia-35");
  const bare = entry.replace(",mdev=nvidia-35", "");
  const mapping = bare.startsWith("mapping=") ? bare.slice("mapping=".length) : null;
  const paths = mapping === null ? [bare] : (mappings[mapping] ?? []);
  return paths
    .map((path) => {
      const parts = path.split(";");
      const meant = all.filter((fn) =>
        parts.some((part) => fn.path === part || fn.path.startsWith(`${part}.`)),
      );
      return { guest: guestIndex, functions: meant, mdev, mapping };
    })
    .filter((choice) => choice.functions.length > 0);
}

/** Whether a function goes to the guest itself, and not a mediated device of it. */
const isWhole = ({ mdev }: Choice, fn: Fn): boolean => !mdev || fn.vgpu === "newer";
/** Whether vfio-pci gets hold of a function's group. */
const isBound = ({ mdev }: Choice, fn: Fn): boolean => !mdev && fn.vgpu !== "newer";

function excludes(all: readonly Fn[], a: Choice, x: Fn, b: Choice, y: Fn): boolean {
  const bothShared = !(isWhole(a, x) || isWhole(b, y));
  const sameGroup = x.path === y.path || (x.group !== null && x.group === y.group);
  if (sameGroup && !bothShared) return true;
  if (x.path === y.path && x.vgpu !== null) return true;
  const losesTo = (one: Choice, taken: Fn, other: Fn): boolean =>
    isBound(one, taken) &&
    all.some(
      (physical) =>
        physical.live &&
        physical.path === other.physical &&
        (physical.path === taken.path || (physical.group !== null && physical.group === taken.group)),
    );
  if (losesTo(a, x, y) || losesTo(b, y, x)) return true;
  const oneMapping = a.mapping !== null && a.mapping === b.mapping;
  return oneMapping && x.card === y.card && isWhole(a, x) && isWhole(b, y);
}

function areCompatible(all: readonly Fn[], a: Choice, b: Choice): boolean {
  const pairs = a.functions.flatMap((x) => b.functions.map((y) => [x, y] as const));
  return a.guest === b.guest
    ? pairs.every(([x, y]) => x.path !== y.path)
    : !pairs.some(([x, y]) => excludes(all, a, x, b, y));
}

/** Whether the guests can all run at once: some choice for each of their entries, tried one after the other. */
function canRun(given: Scene, guests: readonly number[]): boolean {
  const entries = guests.flatMap((index) =>
    (given.guests[index] ?? [])
      .map((entry) => choicesOf(given, index, entry))
      .filter((choices) => choices.length > 0),
  );
  const serve = (rest: readonly (readonly Choice[])[], taken: readonly Choice[]): boolean => {
    const [first, ...others] = rest;
    if (first === undefined) return true;
    return first.some(
      (choice) =>
        taken.every((one) => areCompatible(given.functions, one, choice)) &&
        serve(others, [...taken, choice]),
    );
  };
  return serve(entries, []);
}

function clashesIn(given: Scene) {
  const traits = (fn: Fn): Traits => ({
    ...(fn.path.endsWith(".1") ? AUDIO : {}),
    iommugroup: fn.group ?? -1,
    ...(fn.physical === null ? {} : { physfn: fn.physical }),
    ...(fn.vgpu === null ? {} : { mdev: 1 }),
    ...(fn.vgpu === "newer" ? { nvidia: 1 } : {}),
    ...(fn.live
      ? {
          virtfns: Object.fromEntries(
            [4, 5].map((n) => [`virtfn${n - 4}`, fn.path.replace(/0$/, String(n))]),
          ),
        }
      : {}),
  });
  const of = host(Object.fromEntries(given.functions.map((fn) => [fn.path, traits(fn)])));
  const guests = given.guests.map((entries, index) =>
    guest(
      200 + index,
      entries.map((value, number) => [`hostpci${number}`, value]),
    ),
  );
  const lines = Object.fromEntries(
    Object.entries(given.mappings).map(([name, paths]) => [name, paths.map((path) => `pve1,path=${path}`)]),
  );
  const targets = of.devices.map((device): Target => [device]);
  return clashesOver(targets, [of], guests, coverageOf(lines, [of]));
}

const RUNS = { numRuns: 1_000 };

describe("who can run at once", () => {
  test("those of a clash cannot", () => {
    fc.assert(
      fc.property(scene, (given) => {
        for (const { claims } of clashesIn(given)) {
          const guests = [...new Set(claims.map(({ vmid }) => vmid - 200))];
          expect(guests.length).toBeGreaterThan(1);
          expect(canRun(given, guests)).toBe(false);
        }
      }),
      RUNS,
    );
  });

  test("all can where there is no clash, but for those that cannot even run alone", () => {
    fc.assert(
      fc.property(scene, (given) => {
        const able = given.guests
          .keys()
          .filter((index) => canRun(given, [index]))
          .toArray();
        fc.pre(clashesIn(given).length === 0);
        expect(canRun(given, able)).toBe(true);
      }),
      RUNS,
    );
  });

  test("as many as a mapping has devices, of hundreds of guests, found in no time", () => {
    const devices = Array.from({ length: 40 }, (_, index) => `0000:${(index + 16).toString(16)}:00.0`);
    const of = host(Object.fromEntries(devices.map((path) => [path, {}])));
    const pool = coverageOf({ pool: devices.map((path) => `pve1,path=${path}`) }, [of]);
    const targets = of.devices.map((device): Target => [device]);
    const guests = (count: number) =>
      Array.from({ length: count }, (_, index) => guest(200 + index, [["hostpci0", "mapping=pool"]]));
    expect(clashesOver(targets, [of], guests(40), pool)).toEqual([]);
    const [clash, ...others] = clashesOver(targets, [of], guests(60), pool);
    expect(others).toEqual([]);
    expect(clash).toMatchObject({ over: "mapping", lines: 40, serves: 40 });
    expect(clash?.claims).toHaveLength(60);
  });
});

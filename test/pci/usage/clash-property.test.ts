import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clashesOver } from "../../../src/pci/usage/clash.ts";
import type { Target } from "../../../src/pci/usage/clash-kind.ts";
import { type Fn, type Scene, scene, traitsOf } from "../support/guest-scene.ts";
import { coverageOf, guest } from "../support/guests.ts";
import { host } from "../support/hardware.ts";

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
  const of = host(traitsOf(given));
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

  test("as many as a mapping has devices, found in no time though they are many", () => {
    const clashes = (count: number, devices: number) => {
      const paths = Array.from({ length: devices }, (_, index) => `0000:${(index + 16).toString(16)}:00.0`);
      const of = host(Object.fromEntries(paths.map((path) => [path, {}])));
      return clashesOver(
        of.devices.map((device): Target => [device]),
        [of],
        Array.from({ length: count }, (_, index) => guest(200 + index, [["hostpci0", "mapping=pool"]])),
        coverageOf({ pool: paths.map((path) => `pve1,path=${path}`) }, [of]),
      );
    };
    expect(clashes(200, 200)).toEqual([]);
    const [clash, ...others] = clashes(60, 40);
    expect(others).toEqual([]);
    expect(clash).toMatchObject({ over: "mapping", lines: 40, serves: 40 });
    expect(clash?.claims).toHaveLength(60);
  });
});

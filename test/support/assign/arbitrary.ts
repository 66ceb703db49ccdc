/** Random clusters for `assign`: guests with their nodes first, then units that they hold. */
import fc from "fast-check";

export interface User {
  readonly vmid: number;
  readonly name: string | null;
  readonly template: boolean;
}

export interface Unit {
  readonly mapping_name: string;
  readonly node: string;
  readonly path: string;
  readonly kind: "card" | "pf" | "vf";
  readonly isolated: boolean | null;
  readonly iommu_groups: readonly number[];
  readonly used_by: readonly User[] | null;
}

export interface Call {
  readonly units: readonly Unit[];
  readonly guests: Readonly<Record<string, number>>;
  readonly nodes: Readonly<Record<string, string>>;
  readonly sharedGroups: boolean;
}

const NODES = ["pve1", "pve10", "pve2"];
/** Guests that may be asked for, and guests of others. */
const REQUESTED = ["w1", "w2", "w3", "w4", "w5"];
const OTHERS = ["desktop", "nas", null];

interface Machine extends User {
  readonly node: string;
}

const machines: fc.Arbitrary<readonly Machine[]> = fc
  .record({
    nodes: fc.array(fc.constantFrom(...NODES), { minLength: 8, maxLength: 8 }),
    templates: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 8, maxLength: 8 }),
    numbers: fc.shuffledSubarray([100, 101, 102, 103, 104, 105, 106, 107], { minLength: 8, maxLength: 8 }),
  })
  .map(({ nodes, templates, numbers }) =>
    [...REQUESTED, ...OTHERS].map((name, index) => ({
      name,
      vmid: numbers[index] ?? 0,
      node: nodes[index] ?? "pve1",
      template: templates[index] === 0,
    })),
  );

const traits = fc.record({
  node: fc.constantFrom(...NODES),
  bus: fc.integer({ min: 1, max: 0x20 }),
  function: fc.constantFrom("", ".0", ".1"),
  kind: fc.constantFrom<Unit["kind"][]>("card", "card", "card", "vf", "pf"),
  isolated: fc.constantFrom(true, true, true, true, false, null),
  groups: fc.constantFrom([], [1], [2], [1, 2], null, null, null, null),
  holders: fc.option(
    fc.oneof(fc.constant<number[]>([]), fc.array(fc.nat(7), { minLength: 1, maxLength: 3 })),
    { freq: 9 },
  ),
});

export const callArbitrary: fc.Arbitrary<Call> = fc
  .record({
    machines,
    // A function-less path is the address of .0, so that one slot has one unit here.
    traits: fc.uniqueArray(traits, {
      minLength: 1,
      maxLength: 9,
      selector: ({ node, bus }) => `${node}/${bus}`,
    }),
    counts: fc.array(fc.constantFrom(0, 1, 1, 1, 1, 2, 2, 3), { minLength: 5, maxLength: 5 }),
    wanted: fc.shuffledSubarray(REQUESTED),
    pinned: fc.dictionary(fc.constantFrom(...REQUESTED), fc.constantFrom(...NODES), { maxKeys: 2 }),
    pins: fc.boolean(),
    sharedGroups: fc.boolean(),
  })
  .map((drawn) => {
    const units = drawn.traits.map((trait, index): Unit => {
      const here = drawn.machines.filter(({ node }) => node === trait.node);
      const users = trait.holders?.flatMap((which) => here[which % Math.max(here.length, 1)] ?? []) ?? null;
      const bus = trait.bus.toString(16).padStart(2, "0");
      return {
        mapping_name: `gpu-${trait.node}-${bus}`,
        node: trait.node,
        path: `0000:${bus}:00${trait.function}`,
        kind: trait.kind,
        isolated: trait.isolated,
        iommu_groups: trait.groups ?? [100 + index],
        used_by: users?.map(({ vmid, name, template }) => ({ vmid, name, template })) ?? null,
      };
    });
    return {
      units,
      guests: Object.fromEntries(drawn.wanted.map((name, index) => [name, drawn.counts[index] ?? 0])),
      nodes: drawn.pins
        ? Object.fromEntries(Object.entries(drawn.pinned).filter(([name]) => drawn.wanted.includes(name)))
        : {},
      sharedGroups: drawn.sharedGroups,
    };
  })
  .filter(({ units }) => units.some(({ used_by }) => used_by !== null));

import fc from "fast-check";
import { AUDIO, type Traits } from "./hardware.ts";

/** One function of the host, with all that decides about who can have it. */
export interface Fn {
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

export interface Scene {
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

/** A host with cards of all kinds, two mappings and a few guests. */
export const scene: fc.Arbitrary<Scene> = functions.chain((all) => {
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

/** The records of the functions, by address, as they differ from those of an RTX 3090. */
export function traitsOf({ functions: all }: Scene): { readonly [path: string]: Traits } {
  return Object.fromEntries(all.map((fn) => [fn.path, traitsOfFunction(fn)]));
}

function traitsOfFunction(fn: Fn): Traits {
  return {
    ...(fn.path.endsWith(".1") ? AUDIO : {}),
    iommugroup: fn.group ?? -1,
    ...(fn.physical === null ? {} : { physfn: fn.physical }),
    ...(fn.vgpu === null ? {} : { mdev: 1 }),
    ...(fn.vgpu === "newer" ? { nvidia: 1 } : {}),
    ...(fn.live
      ? {
          virtfns: Object.fromEntries(
            [4, 5].map((number) => [`virtfn${number - 4}`, fn.path.replace(/0$/, String(number))]),
          ),
        }
      : {}),
  };
}

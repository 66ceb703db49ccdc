/** All measurements, as they are stored beside the report. */
import type { Growth } from "./growth.ts";
import type { Machine } from "./machine.ts";
import type { PlanSection } from "./plans.ts";
import type { StartFigures } from "./start.ts";

/** Sections that were not chosen are absent. */
export interface Results {
  readonly machine: Machine;
  readonly start?: Readonly<Record<string, StartFigures>>;
  readonly plans?: readonly PlanSection[];
  readonly growth?: Growth;
  /** How long it took to measure each part, in seconds. */
  readonly took: Readonly<Record<string, number>>;
}

/** The targets of the project. */
export const TARGETS = {
  /** `tofu providers schema`, as a ratio to bpg's. */
  start: 1.35,
  /** The exponent of growth. */
  exponent: 1.05,
  /** The medians of plans' ratios to bpg's, by size, and by the delay where there is one: `NODESxFUNCTIONS[@MS]`. */
  plans: {
    "3x30": { gpus: 1.25, everything: 1.3 },
    "16x100": { gpus: 0.8, everything: 1.0 },
    "16x100@75": { gpus: 0.8 },
    "128x100": { gpus: 0.42, mappings: 0.3, everything: 0.75 },
    "16x6000": { gpus: 0.06, everything: 0.8 },
  },
} as const;

/** The target of a contestant in a size; undefined if there is none. */
export function planTarget(
  { nodes, functions, delayMs }: Pick<PlanSection, "nodes" | "functions" | "delayMs">,
  contestant: string,
): number | undefined {
  const targets: Readonly<Record<string, Readonly<Record<string, number>>>> = TARGETS.plans;
  return targets[`${nodes}x${functions}${delayMs === 0 ? "" : `@${delayMs}`}`]?.[contestant];
}

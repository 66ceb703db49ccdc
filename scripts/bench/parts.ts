/** What is measured and how often: everything, or what was asked for. */
import type { PlanSize } from "./plans.ts";

/** How much of each section is measured; absent sections are skipped. */
export interface Parts {
  readonly start?: { readonly rounds: number };
  readonly plans?: readonly PlanSize[];
  readonly growth?: { readonly rounds: number; readonly devices: readonly number[] };
}

/** In milliseconds: none, and the delay of a real Proxmox. */
const DELAYS: readonly number[] = [0, 75];
/** Nodes, functions of each node, and rounds. */
const SIZES = [
  { nodes: 3, functions: 30, rounds: 31, delays: DELAYS },
  { nodes: 16, functions: 100, rounds: 21, delays: DELAYS },
  { nodes: 128, functions: 100, rounds: 9, delays: DELAYS },
  // These take the longest, and a delay has no effect in plans of twenty seconds.
  { nodes: 16, functions: 6000, rounds: 3, delays: [0] },
];

const PLANS: readonly PlanSize[] = SIZES.flatMap(({ delays, ...size }) =>
  delays.map((delayMs) => ({ ...size, delayMs })),
);

export const FULL = {
  start: { rounds: 41 },
  plans: PLANS,
  growth: { rounds: 5, devices: [1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000] },
} satisfies Parts;

export const SECTIONS = ["start", "plans", "growth"] as const;
export type Section = (typeof SECTIONS)[number];

/** What was asked for on the command line; everything is optional. */
export interface Wish {
  readonly quick?: boolean | undefined;
  /** Names, separated by commas. */
  readonly sections?: string | undefined;
  /** `3x30` or `3x30@75`, separated by commas. */
  readonly plans?: string | undefined;
  readonly rounds?: string | undefined;
}

/** Something that cannot be measured. The message says what can. */
export class PartsError extends Error {
  override readonly name = "PartsError";
}

/** @throws PartsError */
export function partsOf({ quick = false, sections, plans, rounds }: Wish): Parts {
  const wanted = sectionsOf(sections, plans);
  const count = rounds === undefined ? undefined : roundsOf(rounds);
  const often = (usual: number): number => count ?? (quick ? Math.min(usual, 3) : usual);
  const chosen = plans === undefined ? plansOf(quick) : plans.split(",").flatMap(plansNamed);
  return {
    ...(wanted.has("start") && { start: { rounds: often(FULL.start.rounds) } }),
    ...(wanted.has("plans") && { plans: chosen.map((plan) => ({ ...plan, rounds: often(plan.rounds) })) }),
    ...(wanted.has("growth") && {
      growth: {
        rounds: count ?? (quick ? 1 : FULL.growth.rounds),
        devices: quick ? [1000, 10_000] : FULL.growth.devices,
      },
    }),
  };
}

function sectionsOf(sections: string | undefined, plans: string | undefined): ReadonlySet<Section> {
  if (sections === undefined) return new Set(plans === undefined ? SECTIONS : ["plans"]);
  const named = sections.split(",");
  const known: readonly string[] = SECTIONS;
  for (const one of named) {
    if (known.includes(one)) continue;
    throw new PartsError(`There is no section ${JSON.stringify(one)}; there are ${SECTIONS.join(", ")}.`);
  }
  if (plans !== undefined && !named.includes("plans")) {
    throw new PartsError("--plans names sizes of the section plans, and --sections leaves it out.");
  }
  return new Set(SECTIONS.filter((section) => named.includes(section)));
}

function plansOf(quick: boolean): readonly PlanSize[] {
  return quick ? PLANS.slice(0, 1) : PLANS;
}

/** Any size is allowed. Sizes of the report have its rounds, others have as many as the largest. */
function plansNamed(text: string): readonly PlanSize[] {
  const [, nodes, functions, delay] = /^([1-9]\d{0,3})x([1-9]\d{0,4})(?:@(\d{1,4}))?$/.exec(text) ?? [];
  if (nodes === undefined || functions === undefined) {
    throw new PartsError(
      `${JSON.stringify(text)} is no size: write nodes and functions as 3x30, or with a delay in milliseconds as 3x30@75.`,
    );
  }
  const size = { nodes: Number(nodes), functions: Number(functions) };
  const usual = SIZES.find((one) => one.nodes === size.nodes && one.functions === size.functions);
  const delays = delay === undefined ? (usual?.delays ?? DELAYS) : [Number(delay)];
  return delays.map((delayMs) => ({ ...size, rounds: usual?.rounds ?? 3, delayMs }));
}

function roundsOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new PartsError(`--rounds is ${JSON.stringify(text)} and must be a number from 1 to 9999.`);
}

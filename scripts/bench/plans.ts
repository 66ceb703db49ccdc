/** Section "plan": whole plans of clusters of several sizes, for all contestants. */
import type { ClusterSize } from "./cluster.ts";
import { ratiosOf, runRounds, type Spread, spreadOf } from "./comparison.ts";
import { bpg, type Contestant, everything, gpus, mappings } from "./contestant.ts";
import { Plan, type Programs } from "./plan.ts";
import { startServer } from "./proxmox.ts";
import type { Cost } from "./timed.ts";
import type { Traffic } from "./traffic.ts";

/** The cost of one contestant's plans, in seconds and MiB. */
export interface PlanFigures {
  readonly title: string;
  readonly wall: Spread;
  readonly cpu: Spread;
  /** Ratios to bpg's, round by round. */
  readonly wallRatio: Spread;
  readonly cpuRatio: Spread;
  /** The largest memory of the provider's process during one plan. */
  readonly memory: number;
  /** What one plan asked of Proxmox. */
  readonly traffic: Traffic;
  readonly rounds: readonly Cost[];
}

export interface PlanSize extends ClusterSize {
  readonly delayMs: number;
  readonly rounds: number;
}

export interface PlanSection extends PlanSize {
  readonly contestants: Readonly<Record<string, PlanFigures>>;
}

/** In a large cluster, a plan with only the mappings shows what the other results cost. */
const LARGE = 128;

function contestantsOf({ nodes }: ClusterSize): readonly Contestant[] {
  return [bpg, gpus, ...(nodes >= LARGE ? [mappings] : []), everything];
}

/** Plans one cluster. */
export async function measurePlans(size: PlanSize, programs: Programs): Promise<PlanSection> {
  await using server = await startServer(size);
  using stack = new DisposableStack();
  const plans: Plan[] = [];
  for (const contestant of contestantsOf(size)) {
    plans.push(stack.use(await Plan.prepare(contestant, programs, server)));
  }
  const costs = await runRounds(
    size.rounds,
    new Map(plans.map((plan) => [plan.contestant.name, () => plan.run()])),
  );
  const base = costs.get(bpg.name) ?? [];
  const contestants: Record<string, PlanFigures> = {};
  for (const plan of plans) {
    const { name, title } = plan.contestant;
    const rounds = costs.get(name) ?? [];
    const of = (key: keyof Cost, from: readonly Cost[]) => from.map((cost) => cost[key]);
    await server.traffic();
    const memory = await plan.peakMemory();
    contestants[name] = {
      title,
      wall: spreadOf(of("wall", rounds)),
      cpu: spreadOf(of("cpu", rounds)),
      wallRatio: spreadOf(ratiosOf(of("wall", rounds), of("wall", base))),
      cpuRatio: spreadOf(ratiosOf(of("cpu", rounds), of("cpu", base))),
      memory,
      traffic: await server.traffic(),
      rounds,
    };
  }
  return { ...size, contestants };
}

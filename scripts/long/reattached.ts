/** Many plans through one process, as under a debugger or a host that keeps its providers: does it grow? */
import { readdirSync } from "node:fs";
import { providerAddress } from "../../src/provider-address.ts";
import { launchProcess } from "../../test/support/host/launch.ts";
import { memoryOf } from "../../test/support/host/process-state.ts";
import { Workspace } from "../../test/support/tofu/workspace.ts";
import type { Programs } from "../bench/plan.ts";
import type { BenchServer } from "../bench/proxmox.ts";

/** The figures of the process after a number of plans. */
export interface Sample {
  readonly plans: number;
  /** Resident, in MiB. */
  readonly memory: number;
  /** Open file descriptors. */
  readonly descriptors: number;
}

export interface LongRun {
  readonly plans: number;
  /** Every tenth part of the plans. */
  readonly samples: readonly Sample[];
}

const CONFIGURATION = `terraform {
  required_providers {
    gpuhost = { source = "${providerAddress}" }
  }
}
provider "gpuhost" {}
data "gpuhost_pci_devices" "all" {}
output "units" { value = length(data.gpuhost_pci_devices.all.gpus) }
`;

/**
 * Plans a configuration many times with the real OpenTofu and one provider process.
 * @throws {Error} when a plan fails
 */
export async function planAgainAndAgain(
  programs: Pick<Programs, "tofu" | "mirror" | "gpuhost">,
  server: BenchServer,
  plans: number,
): Promise<LongRun> {
  await using provider = launchProcess({
    command: programs.gpuhost,
    arguments: ["-debug"],
    variables: { ...server.environment, TF_PLUGIN_MAGIC_COOKIE: undefined },
  });
  await provider.printed(/^TF_REATTACH_PROVIDERS='.*'\n/m);
  const reattach = /^TF_REATTACH_PROVIDERS='(.*)'$/m.exec(provider.stdout)?.[1] ?? "";
  const workspace = new Workspace({
    executable: programs.tofu,
    mirror: programs.mirror,
    files: { "main.tf": CONFIGURATION },
    environment: { ...server.environment, TF_REATTACH_PROVIDERS: reattach },
  });
  try {
    await workspace.init();
    const step = Math.max(1, Math.floor(plans / 10));
    const samples: Sample[] = [];
    for (let count = 1; count <= plans; count += 1) {
      await workspace.succeed(["plan"]);
      if (count % step === 0) samples.push(sampleOf(provider.pid, count));
    }
    return { plans, samples };
  } finally {
    workspace.remove();
  }
}

function sampleOf(pid: number, plans: number): Sample {
  return { plans, memory: memoryOf(pid, "VmRSS"), descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/**
 * What grew, as texts; empty when nothing did. The first sample is for warming up. The second half of the other samples is
 * compared with the first half: memory that is kept after each plan adds up, and other memory does not.
 */
export function growthOf({ samples }: LongRun): readonly string[] {
  const [, ...warm] = samples;
  const half = Math.floor(warm.length / 2);
  if (half === 0) return ["There are too few samples."];
  const [before, after] = [warm.slice(0, half), warm.slice(half)];
  const problems: string[] = [];
  const most = Math.max(...before.map(({ descriptors }) => descriptors));
  const least = Math.min(...after.map(({ descriptors }) => descriptors));
  if (least > most) problems.push(`descriptors went from ${most} to ${least}`);
  const [early, late] = [before, after].map((part) => Math.min(...part.map(({ memory }) => memory))) as [
    number,
    number,
  ];
  // V8's heap changes by a few MiB between two garbage collections.
  if (late > early * 1.1 + 8) problems.push(`memory went from ${early.toFixed(0)} to ${late.toFixed(0)} MiB`);
  return problems;
}

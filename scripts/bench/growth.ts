/** Section "growth": how time and memory grow with the number of devices, and the share of each stage. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ClusterSize } from "./cluster.ts";
import { type Spread, spreadOf } from "./comparison.ts";
import { exponentOf } from "./exponent.ts";
import { startServer } from "./proxmox.ts";
import { type Reading, readEverything } from "./reading.ts";

/** Milliseconds. */
export interface Stages {
  /** Asking and receiving, TLS included. */
  readonly http: number;
  /** Decompressing, JSON, and checking every value of it. */
  readonly parse: number;
  /** Makes devices, slots and groups of every host from records, and filters. */
  readonly select: number;
  /** Makes units, mappings, pools and the results. */
  readonly group: number;
  /** MessagePack. */
  readonly encode: number;
}

export interface StageOptions {
  readonly endpoint: string;
  readonly caPem: string;
  readonly size: ClusterSize;
}

export interface GrowthPoint {
  readonly devices: number;
  readonly wall: Spread;
  readonly cpu: Spread;
  readonly memory: Spread;
  /** Size of the answer, in MiB. */
  readonly size: number;
  readonly stages: Stages;
}

export interface Growth {
  readonly points: readonly GrowthPoint[];
  /** Exponents of the best power law: 1 is linear. */
  readonly exponents: { readonly wall: number; readonly cpu: number; readonly memory: number };
}

const NODES = 20;

/** Reads clusters of these numbers of devices, on twenty nodes each. */
export async function measureGrowth(
  executable: string,
  devices: readonly number[],
  rounds: number,
): Promise<Growth> {
  const points: GrowthPoint[] = [];
  for (const count of devices) {
    const size = { nodes: NODES, functions: Math.round(count / NODES) };
    await using server = await startServer({ ...size, delayMs: 0 });
    const readings: Reading[] = [];
    const stages: Stages[] = [];
    for (let round = 0; round < rounds; round += 1) {
      readings.push(await readEverything(executable, server));
      stages.push(await runStages({ endpoint: server.endpoint, caPem: server.caPem, size }));
    }
    points.push({
      devices: count,
      wall: spreadOf(readings.map(({ wall }) => wall)),
      cpu: spreadOf(readings.map(({ cpu }) => cpu)),
      memory: spreadOf(readings.map(({ memory }) => memory)),
      size: readings[0]?.size ?? Number.NaN,
      stages: medianStages(stages),
    });
  }
  const exponent = (of: (point: GrowthPoint) => number) =>
    exponentOf(points.map((point) => [point.devices, of(point)] as const));
  return {
    points,
    exponents: {
      wall: exponent(({ wall }) => wall.median),
      cpu: exponent(({ cpu }) => cpu.median),
      memory: exponent(({ memory }) => memory.median),
    },
  };
}

async function runStages(options: StageOptions): Promise<Stages> {
  const child = fork(join(import.meta.dirname, "stages.ts"), [JSON.stringify(options)]);
  const [[stages]] = await Promise.all([once(child, "message"), once(child, "exit")]);
  return stages as Stages;
}

function medianStages(all: readonly Stages[]): Stages {
  const of = (stage: keyof Stages) => spreadOf(all.map((one) => one[stage])).median;
  return {
    http: of("http"),
    parse: of("parse"),
    select: of("select"),
    group: of("group"),
    encode: of("encode"),
  };
}

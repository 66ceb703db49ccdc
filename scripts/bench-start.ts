/**
 * `npm run bench:start [RUNS]`: what one launch of the packaged provider costs a host. OpenTofu
 * launches it three times for every plan.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname } from "node:path";
import { readArguments, refuse } from "./arguments.ts";
import { type Launch, launchForSchema } from "./bench/launch.ts";
import { median, quantile } from "./bench/statistics.ts";
import { ensureBuilt } from "./build/build.ts";
import { packageSize } from "./build/package.ts";

/** The minimum: a Node that prints one line. */
async function bareNode(): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, ["--eval", "console.log(1)"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const time = performance.now() - start;
  await once(child, "close");
  return time;
}

const usage = {
  command: "npm run bench:start",
  summary: "Measures what one launch of the packaged provider costs a host",
  operands: { name: "RUNS", description: "How many launches; 31 unless told otherwise", most: 1 },
};
const [given = "31"] = readArguments(usage).operands;
if (!/^[1-9]\d{0,5}$/.test(given))
  refuse(usage, `RUNS is ${JSON.stringify(given)} and must be a number from 1 on.`);
const runs = Number(given);
const { binary } = await ensureBuilt(console.log);
// The first launches warm this process and the file cache.
for (let warmup = 0; warmup < 3; warmup += 1) await launchForSchema(binary);
const launches: Launch[] = [];
const bare: number[] = [];
// Measured in pairs, because a shared machine is fast in one minute and slow in the next.
for (let run = 0; run < runs; run += 1) {
  bare.push(await bareNode());
  launches.push(await launchForSchema(binary));
}

const floor = median(bare);
const line = (title: string, values: readonly number[], unit: string): string => {
  const [middle, high] = [median(values), quantile(values, 0.9)];
  const ratio = unit === "ms" ? `  ${(middle / floor).toFixed(2)} × bare Node` : "";
  return `${title.padEnd(28)} ${middle.toFixed(1).padStart(6)} ${unit}  (90 % within ${high.toFixed(1)})${ratio}`;
};
console.log(`Medians of ${runs} launches`);
console.log(line("bare Node, one line", bare, "ms"));
console.log(
  line(
    "exec → handshake",
    launches.map(({ handshake }) => handshake),
    "ms",
  ),
);
console.log(
  line(
    "exec → schema over mTLS",
    launches.map(({ schema }) => schema),
    "ms",
  ),
);
console.log(
  line(
    "exec → exit",
    launches.map(({ exit }) => exit),
    "ms",
  ),
);
console.log(
  line(
    "resident memory there",
    launches.map(({ resident }) => resident),
    "MiB",
  ),
);
const size = packageSize(dirname(binary)).toFixed(1);
console.log(`${"size of the package".padEnd(28)} ${size.padStart(6)} MiB`);

/** The tests of platforms: whether they can run here, whether they have to, and their result. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestFiles } from "../build/inputs.ts";
import { KEYRING } from "../build/libraries/debian.ts";
import { leftOutLines, reasonAgainst } from "../platforms/runs.ts";
import { hostPlatform, platformName, projectRoot } from "../project.ts";
import { executablesOnPath } from "../tools/on-path.ts";
import { runVitest } from "./run-vitest.ts";
import type { Tally } from "./tally.ts";

/** What decides where a package starts: how it is made, and what it does first. */
const INPUTS = [
  "scripts/build",
  "scripts/nodes",
  "scripts/release/platforms.ts",
  "src/main.ts",
  "src/plugin",
  "test/platforms",
  "test/plugin/hosts",
  "package-lock.json",
];

/** The inputs of the last full run that passed; it is committed with them. */
const STAMP = join(projectRoot, "scripts", "test", "platforms-passed.txt");

const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

/** Why the tests cannot run here; undefined when they can. */
export function reasonAgainstHere(): string | undefined {
  return reasonAgainst({
    platform: platformName(hostPlatform()),
    isRoot: process.getuid?.() === 0,
    isDebian: executablesOnPath("apt-get").length > 0 && existsSync(KEYRING),
  });
}

/** Runs all of them, and lists at the end what they skip. A skipped test counts as failed. */
export async function runPlatforms(say: (line: string) => void): Promise<Tally> {
  const { tally } = await runVitest({ project: "platforms" });
  for (const line of leftOutLines()) say(line);
  return { passed: tally.passed, failed: tally.failed + tally.skipped, skipped: 0 };
}

/** Runs them if they can run here and the packages differ from those of the last run that passed. */
export async function runPlatformsIfChanged(say: (line: string) => void): Promise<Tally> {
  if (isStampTrue()) {
    say("Left out: they passed with these packages before. npm run test:platforms runs them.");
    return NOTHING;
  }
  const reason = reasonAgainstHere();
  if (reason !== undefined) {
    say(`Left out, although packages have changed since they passed: ${reason}.`);
    return NOTHING;
  }
  return await runPlatforms(say);
}

/** Notes that they passed with the present packages. */
export function writeStamp(): void {
  writeFileSync(STAMP, `${digestFiles(projectRoot, INPUTS)}\n`);
}

function isStampTrue(): boolean {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8").trim() === digestFiles(projectRoot, INPUTS);
}

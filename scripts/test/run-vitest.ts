/** Runs vitest with its output visible, and reads its report. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../run.ts";
import type { Tally } from "./tally.ts";
import { readVitestReport } from "./vitest-report.ts";

export interface VitestOptions {
  /** A project of vitest.config.ts. */
  readonly project: "unit" | "e2e" | "platforms";
  /** Files and folders; default: all of the project. */
  readonly paths?: readonly string[];
  /** What the user sees of it. */
  readonly reporter?: "default" | "dot";
  /** Variables for the tests, in addition to those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface VitestRun {
  readonly tally: Tally;
  /** The output of vitest's JSON reporter; undefined when there is none. */
  readonly report: unknown;
}

export async function runVitest({
  project,
  paths = [],
  reporter = "default",
  environment = {},
}: VitestOptions): Promise<VitestRun> {
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-test-"));
  const file = join(folder, "report.json");
  try {
    const reporters = [`--reporter=${reporter}`, "--reporter=json", `--outputFile.json=${file}`];
    const args = ["run", "--project", project, ...reporters, ...paths];
    const status = await runProgram("vitest", args, environment);
    const report = readReport(file);
    return { tally: readVitestReport(report, status), report };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

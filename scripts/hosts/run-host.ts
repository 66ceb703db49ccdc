/** Runs the end-to-end tests under one host, and counts them by feature. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { runProgram } from "../run.ts";
import type { Tally } from "../test/tally.ts";
import { readVitestReport } from "../test/vitest-report.ts";
import { isCapable } from "./capabilities.ts";
import { type Feature, features } from "./features.ts";
import { HOST_VARIABLE, type Host } from "./host.ts";

/** What vitest's JSON reporter writes, as far as it is read here. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export interface HostRun {
  /** All tests, and files that could not be loaded. */
  readonly all: Tally;
  /** By title. */
  readonly byFeature: ReadonlyMap<string, Tally>;
}

/** @param name The version of OpenTofu, or `terraform`. */
export async function runHost(name: string, host: Host): Promise<HostRun> {
  const files = features
    .filter(({ needs }) => isCapable(host, needs))
    .flatMap((feature) => Object.keys(feature.files));
  const paths = [...new Set(files)].map((file) => join("test", "e2e", file));
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-hosts-"));
  const path = join(folder, "report.json");
  try {
    const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${path}`];
    const args = ["run", "--project", "e2e", ...reporters, ...paths];
    const status = await runProgram("vitest", args, { [HOST_VARIABLE]: name });
    const report = JSON.parse(readFileSync(path, "utf8")) as TestReport;
    return { all: readVitestReport(report, status), byFeature: countByFeature(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts each test for the first feature that it is of. @throws {Error} when it is of none */
export function countByFeature({ testResults }: TestReport): ReadonlyMap<string, Tally> {
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({
      title: featureOf(basename(name), fullName).title,
      status,
    })),
  );
  return new Map(
    [...Map.groupBy(tests, ({ title }) => title)].map(([title, own]) => {
      const count = (...statuses: readonly string[]) =>
        own.filter(({ status }) => statuses.includes(status)).length;
      const [passed, failed] = [count("passed"), count("failed")];
      return [title, { passed, failed, skipped: own.length - passed - failed }];
    }),
  );
}

function featureOf(file: string, test: string): Feature {
  const found = features.find(
    ({ files: { [file]: own } }) => own === "all" || own?.test(test.trim()) === true,
  );
  if (found === undefined) throw new Error(`${file} has a test of no feature: ${test}`);
  return found;
}

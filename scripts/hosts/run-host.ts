/** Runs the end-to-end tests under one host, and counts them by feature. */
import { basename, join } from "node:path";
import { runVitest } from "../test/run-vitest.ts";
import type { Tally } from "../test/tally.ts";
import { isCapable } from "./capabilities.ts";
import { type Feature, features } from "./features.ts";
import { HOST_VARIABLE, type Host } from "./host.ts";

/** The used part of the output of vitest's JSON reporter. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export interface HostRun {
  /** All tests, including files that could not be loaded. */
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
  const environment = { [HOST_VARIABLE]: name };
  const { tally, report } = await runVitest({ project: "e2e", paths, reporter: "dot", environment });
  if (report === undefined) throw new Error("vitest has left no report.");
  return { all: tally, byFeature: countByFeature(report as TestReport) };
}

/** Counts each test for the first feature that it matches. @throws {Error} when there is none */
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

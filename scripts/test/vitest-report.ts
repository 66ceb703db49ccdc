/** Reads the output of vitest's JSON reporter. */
import type { Tally } from "./tally.ts";

/**
 * Counts the tests of a report.
 *
 * Three cases count as one failed test: a file that could not be loaded; a run that vitest calls failed although no
 * test did, such as one with an unhandled rejection; and a run without a report or without a test.
 *
 * @param report The parsed report; undefined when vitest wrote none.
 * @param exitStatus The exit status of vitest.
 */
export function readVitestReport(report: unknown, exitStatus: number): Tally {
  const passed = count(report, "numPassedTests");
  const skipped = count(report, "numPendingTests") + count(report, "numTodoTests");
  const failed = count(report, "numFailedTests") + filesWithoutTests(report);
  // A run without any test has tested nothing, whatever its exit status.
  const silent = passed + skipped + failed === 0;
  const unexplained = failed === 0 && (exitStatus !== 0 || silent) ? 1 : 0;
  return { passed, failed: failed + unexplained, skipped };
}

function count(report: unknown, key: string): number {
  const value = property(report, key);
  return typeof value === "number" ? value : 0;
}

function filesWithoutTests(report: unknown): number {
  const files = property(report, "testResults");
  if (!Array.isArray(files)) return 0;
  return files.filter((file: unknown) => {
    const tests = property(file, "assertionResults");
    return property(file, "status") === "failed" && Array.isArray(tests) && tests.length === 0;
  }).length;
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(key);
}

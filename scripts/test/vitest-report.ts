/** Reads what vitest's JSON reporter wrote. */
import type { Tally } from "./tally.ts";

/**
 * Counts the tests of a report.
 *
 * A file that could not be loaded has no tests and counts as one that failed; so does a run that
 * vitest calls failed although no test did, such as one with an unhandled rejection, and a run that
 * left no report or one without a test.
 *
 * @param report The parsed report; nothing when vitest did not get as far as writing one.
 * @param exitStatus What vitest ended with.
 */
export function readVitestReport(report: unknown, exitStatus: number): Tally {
  const passed = count(report, "numPassedTests");
  const skipped = count(report, "numPendingTests") + count(report, "numTodoTests");
  const failed = count(report, "numFailedTests") + filesWithoutTests(report);
  // A run that tells of no test at all has not tested anything, whatever it ended with.
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

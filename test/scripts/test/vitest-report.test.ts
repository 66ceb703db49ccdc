import { expect, test } from "vitest";
import { readVitestReport } from "../../../scripts/test/vitest-report.ts";

const file = (status: string, tests: number) => ({
  status,
  assertionResults: Array.from({ length: tests }, () => ({})),
});
const counts = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [file("passed", 5)],
};

const reports: readonly (readonly [string, unknown, number, [number, number, number]])[] = [
  ["everything passed", counts, 0, [5, 0, 0]],
  ["some failed", { ...counts, numFailedTests: 2 }, 1, [5, 2, 0]],
  ["some were left out", { ...counts, numPendingTests: 2, numTodoTests: 1 }, 0, [5, 0, 3]],
  [
    "a file could not be loaded",
    { ...counts, testResults: [file("failed", 0), file("passed", 5)] },
    1,
    [5, 1, 0],
  ],
  [
    "a file with failed tests",
    { ...counts, numFailedTests: 1, testResults: [file("failed", 6)] },
    1,
    [5, 1, 0],
  ],
  ["an error outside every test", counts, 1, [5, 1, 0]],
  ["nothing is there", undefined, 1, [0, 1, 0]],
  ["nothing is there though all went well", undefined, 0, [0, 1, 0]],
  ["nothing has its form", "hello", 0, [0, 1, 0]],
  ["nothing ran", { ...counts, numPassedTests: 0, testResults: [] }, 0, [0, 1, 0]],
];

test.for(reports)("counts a report of which %s", ([, report, status, [passed, failed, skipped]]) => {
  expect(readVitestReport(report, status)).toEqual({ passed, failed, skipped });
});

import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isCapable } from "../../../scripts/hosts/capabilities.ts";
import { features } from "../../../scripts/hosts/features.ts";
import { countByFeature } from "../../../scripts/hosts/run-host.ts";
import { projectRoot } from "../../../scripts/project.ts";

describe("countByFeature", () => {
  const report = (name: string, ...tests: readonly (readonly [string, string])[]) => ({
    testResults: [
      {
        name: join("/somewhere/test/e2e", name),
        assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
      },
    ],
  });

  test("a file whose tests are of several features is divided by their titles", () => {
    const counted = countByFeature(
      report(
        "plan.test.ts",
        ["the functions of the provider work", "passed"],
        ["the functions of the provider say what is wrong", "failed"],
        ["tofu test runs a module's tests", "pending"],
        ["the packaged provider plans", "passed"],
      ),
    );
    expect([...counted.values()]).toEqual([
      { passed: 1, failed: 1, skipped: 0 },
      { passed: 0, failed: 0, skipped: 1 },
      { passed: 1, failed: 0, skipped: 0 },
    ]);
  });

  test("a test of no feature is not lost", () => {
    expect(() => countByFeature(report("new.test.ts", ["it works", "passed"]))).toThrow(
      "new.test.ts has a test of no feature: it works",
    );
  });
});

test("every file that a feature names is there", () => {
  const there = globSync("*.test.ts", { cwd: join(projectRoot, "test", "e2e") });
  expect(there).toEqual(expect.arrayContaining(features.flatMap(({ files }) => Object.keys(files))));
});

test.for([
  ["1.6.3", "providers", true],
  ["1.6.3", "functions", false],
  ["1.7.0", "functions", true],
  ["1.10.10", "functions", true],
  ["1.10.0", "functionsInBlocks", true],
  ["1.9.4", "functionsInBlocks", false],
  ["1.10.10", "mocks", true],
  ["1.8.11", "mocks", false],
] as const)("OpenTofu %s has %s: %o", ([version, capability, expected]) => {
  expect(isCapable({ product: "opentofu", version }, capability)).toBe(expected);
});

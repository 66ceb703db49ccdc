import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { selectTests } from "../../../scripts/test/selection.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gpuhost-selection-"));
  for (const folder of ["src", "test/cty", "test/e2e/performance"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const file of [
    "cty/a.test.ts",
    "cty/b.test.ts",
    "cty/helper.ts",
    "e2e/plan.test.ts",
    "e2e/performance/c.test.ts",
  ]) {
    writeFileSync(join(root, "test", file), "");
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const cty = ["test/cty/a.test.ts", "test/cty/b.test.ts"];
const e2e = ["test/e2e/performance/c.test.ts", "test/e2e/plan.test.ts"];

test("without paths everything runs, or all of one kind", () => {
  expect(selectTests(root, root, {}, [])).toEqual({
    checks: true,
    platforms: true,
    runs: [
      { project: "unit", paths: [] },
      { project: "e2e", paths: [] },
    ],
  });
  expect(selectTests(root, root, { unit: true }, [])).toEqual({
    checks: false,
    platforms: false,
    runs: [{ project: "unit", paths: [] }],
  });
});

test.each([
  ["a folder", ["test/cty"], [{ project: "unit", paths: cty }]],
  ["a file", ["test/cty/b.test.ts"], [{ project: "unit", paths: [cty[1]] }]],
  ["a folder of the other kind", ["test/e2e/"], [{ project: "e2e", paths: e2e }]],
  [
    "both",
    ["test/e2e/plan.test.ts", "test/cty"],
    [
      { project: "unit", paths: cty },
      { project: "e2e", paths: [e2e[1]] },
    ],
  ],
  [
    "all of it",
    ["."],
    [
      { project: "unit", paths: cty },
      { project: "e2e", paths: e2e },
    ],
  ],
])("with %s the tests there run, and nothing else", (_what, paths, runs) => {
  expect(selectTests(root, root, {}, paths)).toEqual({ checks: false, platforms: false, runs });
});

test("paths begin where the user is, or at the root", () => {
  const from = join(root, "test");
  for (const path of ["cty", "test/cty", join(root, "test/cty")]) {
    expect(selectTests(root, from, {}, [path]).runs).toEqual([{ project: "unit", paths: cty }]);
  }
});

test.each<[string, { unit?: boolean; e2e?: boolean }, string[], string]>([
  ["that does not exist", {}, ["test/ctyy"], 'There is no "test/ctyy".'],
  ["without tests", {}, ["src"], '"src" has no unit or e2e tests.'],
  ["that is none", {}, ["test/cty/helper.ts"], '"test/cty/helper.ts" has no unit or e2e tests.'],
  ["of the other kind", { unit: true }, ["test/e2e"], '"test/e2e" has no unit tests.'],
  [
    "of the other kind beside one that has some",
    { e2e: true },
    ["test/e2e", "test/cty"],
    '"test/cty" has no e2e tests.',
  ],
])("a path %s is refused", (_what, kinds, paths, message) => {
  expect(() => selectTests(root, root, kinds, paths)).toThrow(message);
});

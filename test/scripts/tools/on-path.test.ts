import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { afterAll, expect, test } from "vitest";
import { executablesOnPath } from "../../../scripts/tools/on-path.ts";

const root = mkdtempSync(join(tmpdir(), "on-path-"));
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** A folder of the PATH with a program in it. */
function folder(name: string, mode: number): string {
  const path = join(root, name);
  mkdirSync(path);
  writeFileSync(join(path, "tool"), "");
  chmodSync(join(path, "tool"), mode);
  return path;
}

const [first, second, data, near] = [
  folder("first", 0o755),
  folder("second", 0o755),
  folder("data", 0o644),
  folder("near", 0o755),
];

test("programs come in the order of the PATH; what cannot be run and relative folders are left out", () => {
  const PATH = ["", relative(process.cwd(), near), data, second, join(root, "none"), first].join(delimiter);
  expect(executablesOnPath("tool", { PATH })).toEqual([join(second, "tool"), join(first, "tool")]);
});

test("of several names each folder has its turn", () => {
  writeFileSync(join(first, "other"), "", { mode: 0o755 });
  writeFileSync(join(second, "other"), "", { mode: 0o755 });
  const PATH = [first, second].join(delimiter);
  expect(executablesOnPath(["other", "tool"], { PATH })).toEqual([
    join(first, "other"),
    join(first, "tool"),
    join(second, "other"),
    join(second, "tool"),
  ]);
});

test.for([{}, { PATH: "" }])("without a PATH (%o) there is none", (environment) => {
  expect(executablesOnPath("tool", environment)).toEqual([]);
});

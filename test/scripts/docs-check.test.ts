import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { outdatedPages } from "../../scripts/docs/pages.ts";
import { projectRoot } from "../../scripts/project.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gpuhost-docs-"));
  mkdirSync(join(root, "docs"));
  cpSync(join(projectRoot, "docs"), join(root, "docs"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("pages are as they would be written", () => {
  expect(outdatedPages(root)).toEqual([]);
});

test("what is changed, missing or of nothing is told, and stays as it is", () => {
  const changed = join(root, "docs/functions/path.md");
  const text = `${readFileSync(changed, "utf8")}more\n`;
  writeFileSync(changed, text);
  rmSync(join(root, "docs/index.md"));
  writeFileSync(join(root, "docs/data-sources/gone.md"), "");
  expect(outdatedPages(root)).toEqual([
    "docs/data-sources/gone.md",
    "docs/functions/path.md",
    "docs/index.md",
  ]);
  expect(readFileSync(changed, "utf8")).toBe(text);
});

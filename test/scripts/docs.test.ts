/** The pages as terraform-plugin-docs makes them; it is built once. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { madeFiles, outdatedPages, refusedPages, writePages } from "../../scripts/docs/pages.ts";
import { projectRoot } from "../../scripts/project.ts";
import { ensureTool } from "../../scripts/tools/ensure-tool.ts";
import { pagePaths } from "../support/documentation.ts";

/** From an empty cache Go fetches the modules first. */
const BUILD_TIMEOUT = 600_000;

let tool: string;
let root: string;

beforeAll(async () => {
  tool = await ensureTool("tfplugindocs", console.log);
}, BUILD_TIMEOUT);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gpuhost-docs-"));
  for (const folder of ["docs", "examples", "templates"]) {
    cpSync(join(projectRoot, folder), join(root, folder), { recursive: true });
  }
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(root, path), "utf8");

test("pages are as they would be written; else run npm run docs", async () => {
  expect(await outdatedPages({ root: projectRoot, tool })).toEqual([]);
});

test("registries would take every page", async () => {
  expect(await refusedPages({ root: projectRoot, tool })).toBeNull();
});

test("anybody's terraform-plugin-docs validates the pages with the schema that is written for it", async () => {
  const call = ["scripts/docs.ts", "--schema", join(root, "schema.json")];
  await promisify(execFile)(process.execPath, call, { cwd: projectRoot });
  const validate = ["validate", "--provider-name", "gpuhost", "--providers-schema", "schema.json"];
  await expect(promisify(execFile)(tool, validate, { cwd: root })).resolves.toBeDefined();
  rmSync(join(root, "docs/functions/assign.md"));
  await expect(promisify(execFile)(tool, validate, { cwd: root })).rejects.toThrow(/assign/);
});

test("what is changed, missing or of nothing is told, and stays as it is", async () => {
  const text = `${read("docs/functions/path.md")}more\n`;
  writeFileSync(join(root, "docs/functions/path.md"), text);
  writeFileSync(join(root, "docs/guides/gone.md"), "");
  writeFileSync(join(root, "docs/data-sources/gone.md"), "");
  writeFileSync(join(root, "templates/guides/new.md"), "");
  writeFileSync(join(root, "docs/schemas/inspect.schema.json"), "{}\n");
  rmSync(join(root, "docs/index.md"));
  expect(await outdatedPages({ root, tool })).toEqual([
    "docs/data-sources/gone.md",
    "docs/functions/path.md",
    "docs/guides/gone.md",
    "docs/guides/new.md",
    "docs/index.md",
    "docs/schemas/inspect.schema.json",
  ]);
  expect(read("docs/functions/path.md")).toBe(text);
});

test("writing mends all of it, and leaves the pages alone that registries do not show", async () => {
  const others = pagePaths().filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== "docs/index.md");
  expect(others).toContain("docs/architecture.md");
  writeFileSync(join(root, "docs/functions/path.md"), "");
  writeFileSync(join(root, "docs/data-sources/gone.md"), "");
  rmSync(join(root, "docs/guides"), { recursive: true });
  rmSync(join(root, "docs/schemas"), { recursive: true });
  const before = madeFiles(join(projectRoot, "docs"));
  await writePages({ root, tool });
  expect(await outdatedPages({ root, tool })).toEqual([]);
  expect(madeFiles(join(root, "docs"))).toEqual(before);
  for (const path of [...others, "docs/benchmarks/results.json"]) {
    expect(read(path)).toBe(readFileSync(join(projectRoot, path), "utf8"));
  }
});

test("what a registry would refuse is told in the tool's words", async () => {
  writeFileSync(join(root, "docs/guides/drift.md"), "# No front matter\n");
  rmSync(join(root, "docs/functions/path.md"));
  expect(await refusedPages({ root, tool })).toBe(
    "docs/guides/drift.md: error checking file frontmatter: no frontmatter found\nmissing documentation file for function: path",
  );
});

test("a template of what the provider does not have is an error", async () => {
  writeFileSync(join(root, "templates/functions/gone.md.tmpl"), "# {{ .Name }}\n");
  await expect(writePages({ root, tool })).rejects.toThrow(/gone/);
});

/** What the forge runs: checked by actionlint, pinned, and with the commands that people run by hand. */
import { execFileSync } from "node:child_process";
import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { ensureTool } from "../../scripts/tools/ensure-tool.ts";
import { readProjectFile } from "../support/documentation.ts";
import { temporaryFolder } from "../support/release/packages.ts";

const workflows = globSync(".github/workflows/*.yml", { cwd: projectRoot }).toSorted();

const valuesOf = (path: string, key: string): string[] =>
  [...readProjectFile(path).matchAll(new RegExp(`^ +(?:- )?${key}: (.+)$`, "gm"))].map(
    ([, value = ""]) => value,
  );

test("there are some", () => {
  expect(workflows).toEqual([
    ".github/workflows/audit.yml",
    ".github/workflows/release.yml",
    ".github/workflows/test.yml",
  ]);
});

test("actionlint finds nothing in them, and finds what is wrong", { timeout: 600_000 }, async () => {
  const actionlint = await ensureTool("actionlint", console.log);
  const lint = (file: string): string =>
    execFileSync(actionlint, ["-shellcheck=", "-pyflakes=", file], { encoding: "utf8", stdio: "pipe" });
  for (const workflow of workflows) expect(lint(join(projectRoot, workflow))).toBe("");
  const wrong = join(temporaryFolder(), "wrong.yml");
  writeFileSync(wrong, readProjectFile(workflows[0] ?? "").replace("runs-on", "run-on"));
  expect(() => lint(wrong)).toThrow();
});

test.each(workflows)("%s uses actions by their commit, and says which version that is", (path) => {
  const uses = valuesOf(path, "uses");
  expect(uses.length).toBeGreaterThan(0);
  for (const action of uses) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test.each(workflows)("%s runs what people run", (path) => {
  const { scripts } = JSON.parse(readProjectFile("package.json")) as { readonly scripts: object };
  const runs = valuesOf(path, "run");
  expect(runs.length).toBeGreaterThan(0);
  for (const command of runs) {
    const [, script] = /^npm (?:run )?([\w:]+)$/.exec(command) ?? [];
    const known =
      (script !== undefined && script in scripts) || /^npm audit|^gh release create /.test(command);
    expect(known, command).toBe(true);
  }
});

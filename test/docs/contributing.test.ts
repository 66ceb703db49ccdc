/** CONTRIBUTING.md says how a data source is added: here its steps are followed, to the letter, in a copy of the sources. */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { layers } from "../../scripts/lint/layers.ts";
import { projectRoot } from "../../scripts/project.ts";
import { programs } from "../../scripts/run.ts";
import { ensureTool } from "../../scripts/tools/ensure-tool.ts";
import { readProjectFile } from "../support/documentation.ts";
import { tableRows } from "../support/markdown.ts";

const page = readProjectFile("CONTRIBUTING.md");

/** A step: a file, and what the page has for it. */
interface Step {
  readonly file: string;
  readonly code: string;
}

const steps: readonly Step[] = [
  ...(/^## Adding a data source\n(.*?)^## /ms.exec(page)?.[1] ?? "").matchAll(
    /^\*\*\d\. [^*]+\*\*: `([^`]+)`.*?^```\w+\n(.*?)^```$/gms,
  ),
].map(([, file = "", code = ""]) => ({ file, code }));

beforeAll(() => ensureTool("tfplugindocs", console.log), 600_000);

test("five files make a data source that is right by types and lint, read, and documented", () => {
  expect(steps.map(({ file }) => file)).toStrictEqual([
    "src/provider/data-sources/nodes/schema.ts",
    "src/provider/data-sources/nodes.ts",
    "src/provider/data-sources.ts",
    "examples/data-sources/gpuhost_nodes/data-source.tf",
    "test/provider/nodes.test.ts",
  ]);
  const root = copyOfProject();
  const run = (program: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      cwd: root,
      encoding: "utf8",
    });
    expect(status, stdout + stderr).toBe(0);
    return stdout;
  };
  const contentOf = (file: string): string => readFileSync(join(root, file), "utf8");

  for (const { file, code } of steps) {
    const known = existsSync(join(root, file)) ? contentOf(file) : null;
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), known === null ? code : registered(known, code));
  }
  const sources = steps.map(({ file }) => file).filter((file) => file.endsWith(".ts"));
  run(programs.biome, "check", "--write", "--error-on-warnings", ...sources);
  for (const { file, code } of steps) expect(contentOf(file)).toContain(code.split("\n\n").at(-1));
  run(programs.tsc);
  expect(run(programs.vitest, "run", "--project", "unit", "test/provider/nodes.test.ts")).toMatch(/3 passed/);
  run(join("scripts", "docs.ts"));
  const page = contentOf("docs/data-sources/nodes.md");
  for (const words of [
    "# gpuhost_nodes (Data Source)",
    "- `online` (Boolean) Only nodes that are online",
    "online = true",
  ]) {
    expect(page).toContain(words);
  }
}, 300_000);

/** The sources without what is made of them, and with the packages of the project itself. */
function copyOfProject(): string {
  const root = mkdtempSync(join(tmpdir(), "gpuhost-contributing-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const left = new Set(["node_modules", "dist", "coverage", ".git"]);
  cpSync(projectRoot, root, { recursive: true, filter: (path) => !left.has(basename(path)) });
  symlinkSync(join(projectRoot, "node_modules"), join(root, "node_modules"));
  return root;
}

/** The imports beside the others, the definition below the last import, and its name in the list at the end. */
function registered(file: string, code: string): string {
  const [imports = "", definition = ""] = code.split(/\n\n(.*)/s);
  const name = /^export const (\w+)/m.exec(definition)?.[1] ?? "";
  const list = "export const dataSources = [";
  expect(file).toContain(list);
  return file
    .replace(/^(.*^import [^;]+;\n)/ms, (above) => `${above}${imports}\n\n${definition}\n`)
    .replace(list, () => `${list}${name}, `);
}

test("the map has every room of src, with what it may import", () => {
  const rooms = new Set(
    readdirSync(join(projectRoot, "src"), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    ),
  );
  const told = tableRows(page).flatMap(([folder = "", , imports = ""]) => {
    const room = /^`src\/([\w.]+)`$/.exec(folder)?.[1];
    return room === undefined ? [] : [[room, imports] as const];
  });
  const held = told.map(([room]) => {
    const inside = Object.entries(layers).filter(([name]) => name === room || name.startsWith(`${room}/`));
    const all = inside.flatMap(([, names]) => names);
    const ours = all.filter((name) => rooms.has(name.replace(/^type /, "")));
    if (ours.length > 0) return [room, ours.join(", ").replace(/^type (\w+)$/, "of $1 the types")] as const;
    return [room, all.length === 0 ? "nothing at all" : "nothing of ours"] as const;
  });
  expect(told).toStrictEqual(held);
  expect(told.map(([room]) => room)).toStrictEqual(expect.arrayContaining([...rooms]));
});

test("every script of npm is in the README or here", () => {
  const { scripts } = JSON.parse(readProjectFile("package.json")) as { readonly scripts: object };
  const named = `${readProjectFile("README.md")}${page}`;
  const forgotten = Object.keys(scripts).filter(
    (name) => !new RegExp(`npm (?:run )?${name}\\b(?!:)`).test(named),
  );
  expect(forgotten).toStrictEqual([]);
});

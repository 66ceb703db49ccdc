/** Runs this project's linter over files written for a test. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Layers, layers } from "../../scripts/lint/layers.ts";
import { writeRestrictions } from "../../scripts/lint/restrictions.ts";

const root = join(import.meta.dirname, "..", "..");

/** What the linter reads its rules from. */
const CONFIGURATION = ["biome.json", "package.json", ".gitignore", "scripts/lint"];

const LINTED = ["src", "test"];

/**
 * Lints `files` as if they were this project's, all at once since the linter follows imports.
 *
 * @param files Their texts, by path from the root of the project.
 * @param rooms What may import what; as in this project unless a test has rooms of its own.
 * @returns The rules that refused each file, by path, once for every time; every file has its key.
 * @throws {Error} When the linter did not get as far as linting: that must not look like no refusal.
 */
export function lintFiles(
  files: ReadonlyMap<string, string>,
  rooms: Layers = layers,
): ReadonlyMap<string, readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-lint-"));
  try {
    for (const name of CONFIGURATION) cpSync(join(root, name), join(folder, name), { recursive: true });
    writeRestrictions(folder, rooms);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const name of LINTED) mkdirSync(join(folder, name));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const refusals = new Map<string, string[]>(Array.from(files.keys(), (path) => [path, []]));
    for (const { path, rule } of lint(folder)) refusals.get(path)?.push(rule);
    return refusals;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Refusal {
  readonly path: string;
  readonly rule: string;
}

function lint(folder: string): readonly Refusal[] {
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  const args = [biome, "lint", "--reporter=github", "--max-diagnostics=none", ...LINTED];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const lines = stdout.split("\n").filter((line) => line.startsWith("::"));
  if (status !== 0 && lines.length === 0) throw new Error(`biome ended with ${status}: ${stderr}`);
  return lines.map((line) => {
    const rule = /title=([^,:]+)/.exec(line)?.[1];
    const file = /file=([^,:]+)/.exec(line)?.[1];
    if (rule === undefined || file === undefined)
      throw new Error(`biome reports in an unknown form: ${line}`);
    return { rule, path: file.replace(`${folder}/`, "") };
  });
}

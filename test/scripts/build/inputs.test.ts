import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestInputs, INPUTS } from "../../../scripts/build/inputs.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gpuhost-inputs-"));
  mkdirSync(join(root, "src/pci"), { recursive: true });
  mkdirSync(join(root, "scripts/build"), { recursive: true });
  for (const folder of [
    "test/support/cty",
    "test/support/host",
    "test/support/pve",
    "test/support/secrets",
    "test/fixtures/pve/pve9",
    "scripts/nodes",
    "scripts/tools",
  ]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const files = [
    "test/support/cty/e.ts",
    "test/support/host/c.ts",
    "test/support/pve/d.ts",
    "test/support/secrets/f.ts",
    "test/fixtures/pve/pve9/e.txt",
    "scripts/arguments.ts",
    "scripts/lock.mjs",
    "scripts/system.mjs",
    "src/main.ts",
    "src/pci/a.ts",
    "scripts/build/b.ts",
    "scripts/build.ts",
    "scripts/project.ts",
  ];
  for (const path of [...files, "package.json", "package-lock.json"]) writeFileSync(join(root, path), path);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string): void => writeFileSync(join(root, path), text);

test("the same files give the same digest, wherever they lie", () => {
  const copy = `${root}-copy`;
  cpSync(root, copy, { recursive: true });
  const [one, other] = [digestInputs(root, ["v1"]), digestInputs(copy, ["v1"])];
  rmSync(copy, { recursive: true });
  expect(one).toBe(other);
});

test("what no build reads does not matter", () => {
  const before = digestInputs(root, []);
  write("README.md", "changed");
  expect(digestInputs(root, [])).toBe(before);
});

const changes: readonly (readonly [string, () => void])[] = [
  ["a source changes", () => write("src/pci/a.ts", "changed")],
  ["a source is added", () => write("src/pci/b.ts", "")],
  ["a source is removed", () => rmSync(join(root, "src/pci/a.ts"))],
  ["a source is renamed", () => renameSync(join(root, "src/pci/a.ts"), join(root, "src/pci/c.ts"))],
  ["a dependency changes", () => write("package-lock.json", "changed")],
  ["what the training asks changes", () => write("test/fixtures/pve/pve9/e.txt", "changed")],
  ["the build itself changes", () => write("scripts/build/b.ts", "changed")],
];

test.for(changes)("the digest changes when %s", ([, change]) => {
  const before = digestInputs(root, []);
  change();
  expect(digestInputs(root, [])).not.toBe(before);
});

test("the digest changes with the tools", () => {
  expect(digestInputs(root, ["v1"])).not.toBe(digestInputs(root, ["v2"]));
});

test("everything that a build imports is among what it reads, its training included", async () => {
  const project = join(import.meta.dirname, "../../..");
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: ["scripts/build.ts", "scripts/build/training.ts", "scripts/build/inject.ts"],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    outdir: "unused",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const own = Object.keys(metafile.inputs).filter((path) => !path.startsWith("node_modules/"));
  expect(own.length).toBeGreaterThan(50);
  const left = own.filter((path) => !INPUTS.some((input) => path === input || path.startsWith(`${input}/`)));
  expect(left).toEqual([]);
});

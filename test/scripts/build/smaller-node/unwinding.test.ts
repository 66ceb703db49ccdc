import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureNodes } from "../../../../scripts/build/node.ts";
import {
  bytesOf,
  ElfError,
  readSections,
  sectionNamed,
  stripElf,
} from "../../../../scripts/build/smaller-node/elf.ts";
import { withoutUnwinding } from "../../../../scripts/build/smaller-node/unwinding.ts";
import { hostPlatform } from "../../../../scripts/project.ts";

const { node: original } = await ensureNodes(hostPlatform(), console.log);
const before = stripElf(readFileSync(original));
const smaller = withoutUnwinding(before);

let folder: string;
let node: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-unwinding-"));
  node = join(folder, "node");
  writeFileSync(node, smaller, { mode: 0o755 });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What becomes of a script in either Node. */
function run(program: string, script: string, flags: readonly string[] = []) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { status, signal, stdout, stderr } = spawnSync(program, [...flags, "--eval", script], {
    env,
    cwd: folder,
    encoding: "utf8",
  });
  return { status, signal, stdout, stderr };
}

test("the tables are gone, and nothing else", () => {
  const gone = (before.length - smaller.length) / 2 ** 20;
  expect(gone).toBeGreaterThan(3.5);
  const left = readSections(smaller);
  for (const section of readSections(before).filter(({ name }) =>
    /^\.(text|rodata|data|dynsym|got)$/.test(name),
  )) {
    const same = sectionNamed(left, section.name);
    expect(same.address).toBe(section.address);
    expect(bytesOf(smaller, same).equals(bytesOf(before, section))).toBe(true);
  }
});

test.each([
  ["what is thrown and caught", "try { null.x } catch { console.log('caught') }"],
  ["what is thrown and not caught", "throw new TypeError('so it is')"],
  ["what a promise rejects", "Promise.reject(new Error('so it is'))"],
  ["a wrong call of Node's", "require('node:fs').readFileSync(Symbol.iterator)"],
  ["what WebAssembly refuses", "new WebAssembly.Module(Uint8Array.of(1))"],
  [
    "a stack that is full",
    "const deep = () => deep(); try { deep() } catch (error) { console.log(error.message) }",
  ],
  [
    "files that cannot be copied",
    "require('node:fs').cpSync('/does-not-exist', '/nor-this', { recursive: true })",
  ],
])("%s ends as before", (_, script) => {
  expect(run(node, script)).toEqual(run(original, script));
});

test.each([
  ["an abort", "process.abort()", [], /Native stack trace/],
  [
    "a full heap",
    "const all = []; for (;;) all.push(new Array(1000).fill(1.5))",
    ["--max-old-space-size=16"],
    /FATAL ERROR: .*JavaScript heap out of memory/,
  ],
])("%s says so and ends by SIGABRT, as before", (_, script, flags, message) => {
  for (const program of [original, node]) {
    const ended = run(program, script, flags);
    expect(ended).toMatchObject({ status: null, signal: "SIGABRT" });
    expect(ended.stderr).toMatch(message);
  }
});

test("a second time there is nothing to take out", () => {
  expect(() => withoutUnwinding(smaller)).toThrow(ElfError);
});

test.each([
  [".eh_frame_hdr", "elsewhere"],
  [".eh_frame", "elsewhere"],
])("a layout without %s where it is expected is refused", (name, other) => {
  const file = Buffer.from(before);
  const at = file.lastIndexOf(`\0${name}\0`);
  file.write(other.slice(0, name.length), at + 1, "latin1");
  expect(() => withoutUnwinding(file)).toThrow(
    new ElfError("the sections .eh_frame_hdr, .eh_frame, .gcc_except_table do not follow each other"),
  );
});

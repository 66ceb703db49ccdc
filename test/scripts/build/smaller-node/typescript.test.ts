import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureNodes } from "../../../../scripts/build/node.ts";
import {
  bytesOf,
  ElfError,
  readSections,
  SHT_NOBITS,
  stripElf,
} from "../../../../scripts/build/smaller-node/elf.ts";
import { withLittleIcu } from "../../../../scripts/build/smaller-node/icu.ts";
import { withoutTypeScript } from "../../../../scripts/build/smaller-node/typescript.ts";
import { hostPlatform } from "../../../../scripts/project.ts";

/** The Node that packages are made of, before anything is taken out of it. */
const { node: original } = await ensureNodes(hostPlatform(), console.log);

const before = withLittleIcu(stripElf(readFileSync(original)));
const smaller = withoutTypeScript(before);

let folder: string;
let node: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-typescript-"));
  node = join(folder, "node");
  writeFileSync(node, smaller, { mode: 0o755 });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The bytes that a file has in memory, by address; what takes no room in the file is left out. */
function loaded(file: Buffer): { readonly address: number; readonly bytes: Buffer }[] {
  return readSections(file)
    .filter(({ type, address }) => type !== SHT_NOBITS && address !== 0)
    .map((section) => ({ address: section.address, bytes: bytesOf(file, section) }))
    .sort((a, b) => a.address - b.address);
}

test("the executable is 3.5 MiB smaller, and the same every time", () => {
  const gone = (before.length - smaller.length) / 2 ** 20;
  expect(gone).toBeGreaterThan(3.5);
  expect(gone).toBeLessThan(3.7);
  expect(withoutTypeScript(before).equals(smaller)).toBe(true);
});

test("everything else is where it was in memory, with the same bytes", () => {
  const left = loaded(smaller);
  const missing: string[] = [];
  for (const { address, bytes } of loaded(before)) {
    let at = 0;
    for (const part of left.filter((one) => one.address >= address && one.address < address + bytes.length)) {
      const start = part.address - address;
      if (start > at) missing.push(bytes.toString("latin1", at, start));
      at = start + part.bytes.length;
      if (part.bytes.equals(bytes.subarray(start, at))) continue;
      // Where the part ends that is gone begins with the program headers, which are moved there.
      const rest = bytes.subarray(start, at);
      let end = rest.length;
      while (part.bytes[end - 1] !== rest[end - 1]) end -= 1;
      let begin = 0;
      while (part.bytes[begin] === rest[begin]) begin += 1;
      missing.push(rest.toString("latin1", begin, end));
    }
  }
  expect(missing).toHaveLength(2);
  for (const text of missing) expect(text).toMatch(/^[A-Za-z0-9+/=]+$/);
});

test("it runs, and WebAssembly of others too", () => {
  const expression =
    "[process.versions.node, new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) + '']";
  const run = (path: string): string => execFileSync(path, ["--print", expression], { encoding: "utf8" });
  expect(run(node)).toBe(run(original));
});

test("it runs no TypeScript", () => {
  const file = join(folder, "it.ts");
  writeFileSync(file, "const text: string = 'ran';\nconsole.log(text);\n");
  expect(spawnSync(original, [file], { encoding: "utf8" }).stdout).toBe("ran\n");
  expect(spawnSync(node, [file], { encoding: "utf8" }).stdout).toBe("");
});

test("a second time there is nothing to take out", () => {
  expect(() => withoutTypeScript(smaller)).toThrow(new ElfError("0 compilers of TypeScript instead of one"));
});

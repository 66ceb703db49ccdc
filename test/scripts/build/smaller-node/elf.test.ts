import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ensureNodes, nodeFor } from "../../../../scripts/build/node.ts";
import { ElfError, sectionNamed, stripElf, textAt } from "../../../../scripts/build/smaller-node/elf.ts";
import { hostPlatform } from "../../../../scripts/project.ts";

/** The Node that packages are made of, before anything is taken out of it. */
const { node: original } = await ensureNodes(hostPlatform(), console.log);

const node = readFileSync(original);

/** What the loader reads: every program header and the bytes that it names. */
function segments(file: Buffer): readonly { readonly header: string; readonly bytes: Buffer }[] {
  const offset = Number(file.readBigUInt64LE(32));
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const header = file.subarray(offset + index * 56, offset + index * 56 + 56);
    const start = Number(header.readBigUInt64LE(8));
    return {
      header: header.toString("hex"),
      bytes: file.subarray(start, start + Number(header.readBigUInt64LE(32))),
    };
  });
}

/** The names in the section headers, found as a debugger finds them. */
function sectionNames(file: Buffer): readonly string[] {
  const offset = Number(file.readBigUInt64LE(40));
  const header = (index: number): Buffer => file.subarray(offset + index * 64, offset + index * 64 + 64);
  const names = Number(header(file.readUInt16LE(62)).readBigUInt64LE(24));
  return Array.from({ length: file.readUInt16LE(60) }, (_, index) => {
    const start = names + header(index).readUInt32LE(0);
    return file.toString("latin1", start, file.indexOf(0, start));
  });
}

/** The smallest executable there is to strip: one loaded section, one that is not, and their names. */
function smallElf(loaded: readonly boolean[] = [true, false]): Buffer {
  const names = Buffer.from("\0.a\0.b\0.names\0");
  const content = Buffer.from("0123456789abcdef");
  const head = Buffer.alloc(64);
  head.write("\x7fELF\x02\x01\x01", "latin1");
  const namesOffset = 64 + content.length;
  const sections = [
    Buffer.alloc(64),
    ...loaded.map((isLoaded, index) => section(1 + index * 3, 1, isLoaded, 64 + index * 8, 8)),
    section(1 + loaded.length * 3, 3, false, namesOffset, names.length),
  ];
  head.writeBigUInt64LE(BigInt(namesOffset + names.length), 40);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(64, 58);
  head.writeUInt16LE(sections.length, 60);
  head.writeUInt16LE(sections.length - 1, 62);
  return Buffer.concat([head, content, names, ...sections]);
}

function section(name: number, type: number, loaded: boolean, offset: number, size: number): Buffer {
  const header = Buffer.alloc(64);
  header.writeUInt32LE(name, 0);
  header.writeUInt32LE(type, 4);
  header.writeBigUInt64LE(loaded ? 2n : 0n, 8);
  header.writeBigUInt64LE(BigInt(offset), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
  return header;
}

test("a stripped Node runs, and is smaller", () => {
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-elf-"));
  const path = join(folder, "node");
  writeFileSync(path, stripElf(node), { mode: 0o755 });
  const result = spawnSync(path, ["--print", "process.version"], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect(result.stdout).toBe(`v${nodeFor(hostPlatform()).version}\n`);
  expect(stripElf(node).length).toBeLessThan(node.length * 0.9);
});

test("what is loaded stays as it was", () => {
  const stripped = segments(stripElf(node));
  const original = segments(node);
  expect(stripped.map(({ header }) => header)).toEqual(original.map(({ header }) => header));
  // The file's own header is in the first segment, and says how many sections there are.
  const beyondHeader = (bytes: Buffer, index: number): Buffer => (index === 2 ? bytes.subarray(64) : bytes);
  for (const [index, { bytes }] of stripped.entries()) {
    const before = original[index]?.bytes ?? Buffer.alloc(0);
    expect(beyondHeader(bytes, index).equals(beyondHeader(before, index))).toBe(true);
  }
});

test("symbols are gone and the loaded sections have their names", () => {
  const names = sectionNames(stripElf(node));
  expect(names).toEqual(expect.arrayContaining(["", ".text", ".rodata", ".dynsym", ".bss", ".shstrtab"]));
  expect(names.filter((name) => /^\.(symtab|strtab|debug|comment)/.test(name))).toEqual([]);
});

test("stripping twice changes nothing more", () => {
  const once = stripElf(node);
  expect(stripElf(once).equals(once)).toBe(true);
});

test("only what is loaded is left of a small file", () => {
  const stripped = stripElf(smallElf());
  expect(sectionNames(stripped)).toEqual(["", ".a", ".shstrtab"]);
  expect(stripped.toString("latin1", 64, 72)).toBe("01234567");
  expect(stripped.includes("89abcdef")).toBe(false);
});

const changed = (change: (file: Buffer) => void): Buffer => {
  const file = smallElf();
  change(file);
  return file;
};

const refused: readonly (readonly [string, Buffer, string])[] = [
  ["an empty file", Buffer.alloc(0), "not an ELF file"],
  ["a script", Buffer.from(`#!/bin/sh\n${" ".repeat(100)}`), "not an ELF file"],
  ["a 32-bit file", changed((file) => file.writeUInt8(1, 4)), "not a 64-bit little-endian ELF file"],
  ["a big-endian file", changed((file) => file.writeUInt8(2, 5)), "not a 64-bit little-endian ELF file"],
  ["a file without sections", changed((file) => file.writeUInt16LE(0, 60)), "no section headers"],
  ["sections without names", changed((file) => file.writeUInt16LE(9, 62)), "no section headers"],
  ["a file that ends within its headers", smallElf().subarray(0, -1), "the file is cut off"],
  ["program headers beyond the end", changed((file) => file.writeUInt16LE(99, 56)), "the file is cut off"],
  [
    "a section that is not loaded before one that is",
    smallElf([false, true]),
    "a section that is not loaded stands before a loaded one",
  ],
];

test.for(refused)("refuses %s", ([, file, message]) => {
  expect(() => stripElf(file)).toThrow(new ElfError(message));
});

test("a section that is not there is named", () => {
  expect(() => sectionNamed([], ".text")).toThrow(new ElfError("no section .text"));
});

test("a name that does not end is refused", () => {
  expect(() => textAt(Buffer.from("a\0name"), 2)).toThrow(new ElfError("the file is cut off"));
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { librariesFor, libraryContent } from "../../../../scripts/build/libraries/library.ts";
import { ensureNodes } from "../../../../scripts/build/node.ts";
import {
  bytesOf,
  ElfError,
  readSections,
  type Section,
  SHT_NOBITS,
  sectionNamed,
  stripElf,
  textAt,
} from "../../../../scripts/build/smaller-node/elf.ts";
import { namesOf, withoutExports } from "../../../../scripts/build/smaller-node/exports.ts";
import { hostPlatform } from "../../../../scripts/project.ts";

const { node: original } = await ensureNodes(hostPlatform(), console.log);
const { arch } = hostPlatform();
const before = stripElf(readFileSync(original));
const names = namesOf(librariesFor(arch).map((library) => libraryContent(arch, library)));
const smaller = withoutExports(before, names);

/** Tables that say where names are, and what refers to them by number. */
const CHANGED = /^\.(gnu\.hash|dynsym|dynstr|gnu\.version|gnu\.version_r|rela\.dyn|rela\.plt|dynamic)$/;

function section(file: Buffer, name: string): Section {
  return sectionNamed(readSections(file), name);
}

function bytes(file: Buffer, name: string): Buffer {
  return bytesOf(file, section(file, name));
}

function text(file: Buffer, start: number): string {
  return textAt(bytes(file, ".dynstr"), start);
}

/** A symbol as it stands, with its version, and without where its name is. */
function symbol(file: Buffer, index: number): string {
  const entry = bytes(file, ".dynsym").subarray(index * 24, index * 24 + 24);
  const version = bytes(file, ".gnu.version").readUInt16LE(index * 2);
  return `${text(file, entry.readUInt32LE(0))} ${entry.toString("hex", 4)} ${version}`;
}

/** Finds a name as the loader does. Source: glibc `elf/dl-lookup.c` (do_lookup_x). */
function lookUp(file: Buffer, name: string): string | undefined {
  const table = bytes(file, ".gnu.hash");
  const [buckets = 0, first = 0, words = 0, shift = 0] = [0, 4, 8, 12].map((at) => table.readUInt32LE(at));
  let hash = 5381n;
  for (const byte of Buffer.from(name)) hash = (hash * 33n + BigInt(byte)) & 0xffffffffn;
  const word = table.readBigUInt64LE(16 + Number((hash / 64n) % BigInt(words)) * 8);
  const bits = (word >> (hash % 64n)) & (word >> ((hash >> BigInt(shift)) % 64n)) & 1n;
  if (bits === 0n) return undefined;
  const bucketsAt = 16 + words * 8;
  let index = table.readUInt32LE(bucketsAt + Number(hash % BigInt(buckets)) * 4);
  if (index === 0) return undefined;
  for (; ; index += 1) {
    const chain = BigInt(table.readUInt32LE(bucketsAt + buckets * 4 + (index - first) * 4));
    if ((chain | 1n) === (hash | 1n) && symbol(file, index).startsWith(`${name} `))
      return symbol(file, index);
    if ((chain & 1n) === 1n) return undefined;
  }
}

/** Names that an executable offers, of those after the ones that it takes. */
function offered(file: Buffer): string[] {
  const count = bytes(file, ".dynsym").length / 24;
  const first = bytes(file, ".gnu.hash").readUInt32LE(4);
  return Array.from({ length: count - first }, (_, index) => symbol(file, first + index).split(" ")[0] ?? "");
}

/** What relocations refer to, by name, version and value. */
function relocations(file: Buffer): string[] {
  return [".rela.dyn", ".rela.plt"].flatMap((name) => {
    const table = bytes(file, name);
    return Array.from({ length: table.length / 24 }, (_, index) => {
      const entry = table.subarray(index * 24, index * 24 + 24);
      const type = entry.readUInt32LE(8);
      return `${entry.toString("hex", 0, 8)} ${type} ${symbol(file, entry.readUInt32LE(12))} ${entry.toString("hex", 16)}`;
    });
  });
}

test("the executable is 2 MiB smaller, and runs with libraries of this system", () => {
  expect(before.length - smaller.length).toBe(2 ** 21);
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-exports-"));
  const path = join(folder, "node");
  writeFileSync(path, smaller, { mode: 0o755 });
  const script =
    "console.log(require('node:crypto').createHash('sha256').update('x').digest('hex'), process.version)";
  const run = (program: string): string => execFileSync(program, ["--eval", script], { encoding: "utf8" });
  try {
    expect(run(path)).toBe(run(original));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("it takes from libraries what it took before, in the same versions", () => {
  expect(relocations(smaller)).toEqual(relocations(before));
  const needed = (file: Buffer): string[] => {
    const table = bytes(file, ".dynamic");
    return Array.from({ length: table.length / 16 }, (_, index) =>
      [0, 8].map((at) => Number(table.readBigUInt64LE(index * 16 + at))),
    )
      .filter(([tag]) => tag === 1)
      .map(([, at = 0]) => text(file, at));
  };
  expect(needed(smaller)).toEqual(needed(before));
  expect(needed(smaller)).toContain("libc.so.6");
});

test("it offers what libraries define or look for, where it was before", () => {
  const wanted = offered(before).filter((name) => names.has(name));
  expect(wanted).toEqual(expect.arrayContaining(["stderr", "environ", "_ZSt4cout"]));
  for (const name of wanted) {
    expect(lookUp(before, name)).toBeDefined();
    expect(lookUp(smaller, name)).toBe(lookUp(before, name));
  }
});

test("everything that it offers is found", () => {
  const missing = offered(smaller).filter((name) => lookUp(smaller, name) === undefined);
  expect(missing).toEqual([]);
});

test("it offers nothing of Node, V8 and OpenSSL", () => {
  for (const name of ["napi_create_function", "SSL_new", "_ZN2v87Isolate3NewERKNS0_12CreateParamsE"]) {
    expect(lookUp(before, name)).toBeDefined();
    expect(lookUp(smaller, name)).toBeUndefined();
  }
});

test("everything else is where it was in memory, with the same bytes", () => {
  const rest = readSections(before).filter(
    ({ name, loaded, type }) => loaded && type !== SHT_NOBITS && !CHANGED.test(name),
  );
  expect(rest.length).toBeGreaterThan(10);
  for (const { name, address } of rest) {
    expect(section(smaller, name).address).toBe(address);
    expect(`${name} ${bytes(smaller, name).equals(bytes(before, name))}`).toBe(`${name} true`);
  }
});

test("code lies as far from the next 2 MiB in the file as in memory, so that large pages can hold it", () => {
  const { address, offset } = section(smaller, ".text");
  expect((address - offset) % 2 ** 21).toBe(0);
});

test("a second time there is no name too many", () => {
  expect(() => withoutExports(smaller, names)).toThrow(
    new ElfError("the executable offers no name too many"),
  );
});

test("tables that do not follow each other are refused", () => {
  const file = Buffer.from(before);
  const header = readSections(file).findIndex(({ name }) => name === ".dynstr");
  const at = Number(file.readBigUInt64LE(40)) + header * 64 + 16;
  file.writeBigUInt64LE(file.readBigUInt64LE(at) + 64n, at);
  expect(() => withoutExports(file, names)).toThrow(
    new ElfError("the sections .gnu.hash, .dynsym, .dynstr, .gnu.version do not follow each other"),
  );
});

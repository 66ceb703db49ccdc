/**
 * Leaves out of a Node binary the names that it offers to addons: 37,000 functions of Node, V8, ICU and OpenSSL. This
 * provider loads none.
 *
 * What stays is what the binary takes from libraries, and what those may look for in it: the loader looks up each name that
 * a library uses or defines in the program first. Nothing but these tables and the numbers that refer to them changes.
 * Source: System V ABI, chapter "Dynamic Linking"; Linux Standard Base, "Symbol Versioning"; binutils `bfd/elflink.c` for
 * the table of hashes (`.gnu.hash`).
 */

import { bytesOf, ElfError, readSections, sectionHeaders, sectionNamed, textAt } from "./elf.ts";
import { cutFromSegment } from "./elf-cut.ts";
import { readSymbols, SYMBOL_SIZE } from "./elf-symbol.ts";
import { hashTable } from "./hash-table.ts";

const RELOCATION_SIZE = 24;

/** Entries of `.dynamic`: what refers to a name, and what says where a table is. */
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_SYMTAB = 6;
const DT_STRSZ = 10;
const DT_GNU_HASH = 0x6ffffef5;
const DT_VERSYM = 0x6ffffff0;

/** The tables, in the order in which linkers lay them out. */
const TABLES = [".gnu.hash", ".dynsym", ".dynstr", ".gnu.version"] as const;

/** Parts of the C++ library, of which program and library have to have one copy between them. */
const OF_CXX_LIBRARY =
  /^_Z(?:[A-Z]{1,2}|GV|GR)?[A-Z]{0,3}(?:S[a-z]|9__gnu_cxx|10__cxxabiv1|11__gnu_debug)|^_Z[nd][al]/;

/** All names that libraries define or look for. */
export function namesOf(libraries: readonly Buffer[]): ReadonlySet<string> {
  return new Set(libraries.flatMap((library) => readSymbols(library).map(({ name }) => name)));
}

/**
 * Returns a copy of `file` that offers no other names than those.
 *
 * @param file A stripped executable, after anything was injected.
 * @param wanted Names that libraries define or look for.
 * @throws {ElfError} When its tables are laid out in another way.
 */
export function withoutExports(file: Buffer, wanted: ReadonlySet<string>): Buffer {
  const changed = Buffer.from(file);
  const sections = readSections(changed);
  const places = TABLES.map((name) => sectionNamed(sections, name));
  const [hashes, , strings, versions] = places;
  if (hashes === undefined || strings === undefined || versions === undefined)
    throw new ElfError("no tables");
  for (const [index, { address }] of places.entries()) {
    const before = places[index - 1];
    if (
      before !== undefined &&
      (address < before.address + before.size || address > before.address + before.size + 8)
    ) {
      throw new ElfError(`the sections ${TABLES.join(", ")} do not follow each other`);
    }
  }
  const oldNames = Buffer.from(bytesOf(changed, strings));
  const oldVersions = Buffer.from(bytesOf(changed, versions));
  const all = readSymbols(file);
  const firstHashed = changed.readUInt32LE(hashes.offset + 4);
  const relocations = [".rela.dyn", ".rela.plt"].map((name) =>
    bytesOf(changed, sectionNamed(sections, name)),
  );
  const used = new Set(relocations.flatMap((table) => symbolNumbers(table)));
  const kept = all
    .map(({ name, entry }, index) => ({ name, entry, index }))
    .filter(
      ({ name, index }) =>
        index < firstHashed || used.has(index) || wanted.has(name) || OF_CXX_LIBRARY.test(name),
    );
  if (kept.length === all.length) throw new ElfError("the executable offers no name too many");

  const names = new NameTable();
  const table = hashTable(kept.slice(firstHashed), firstHashed);
  const order = [...kept.slice(0, firstHashed), ...table.sorted];
  const symbols = Buffer.concat(order.map(({ entry }) => entry));
  for (const [index, { name }] of order.entries())
    symbols.writeUInt32LE(names.add(name), index * SYMBOL_SIZE);
  const numbers = new Map(order.map(({ index }, number) => [index, number]));
  const newVersions = Buffer.concat(order.map(({ index }) => oldVersions.subarray(index * 2, index * 2 + 2)));
  for (const relocation of relocations) renumber(relocation, numbers);
  renameVersions(bytesOf(changed, sectionNamed(sections, ".gnu.version_r")), oldNames, names);
  const dynamic = bytesOf(changed, sectionNamed(sections, ".dynamic"));
  for (const entry of dynamicEntries(dynamic)) {
    if (entry.tag === DT_NEEDED) entry.set(names.add(textAt(oldNames, entry.value)));
  }

  const contents = [table.bytes, symbols, names.bytes(), newVersions];
  const tags = [DT_GNU_HASH, DT_SYMTAB, DT_STRTAB, DT_VERSYM];
  changed.fill(0, hashes.offset, versions.offset + versions.size);
  const headers = sectionHeaders(changed);
  let address = hashes.address;
  for (const [index, content] of contents.entries()) {
    const header = headers[sections.findIndex(({ name }) => name === TABLES[index])];
    const offset = address - hashes.address + hashes.offset;
    content.copy(changed, offset);
    header?.writeBigUInt64LE(BigInt(address), 16);
    header?.writeBigUInt64LE(BigInt(offset), 24);
    header?.writeBigUInt64LE(BigInt(content.length), 32);
    for (const entry of dynamicEntries(dynamic)) {
      if (entry.tag === tags[index]) entry.set(address);
      if (entry.tag === DT_STRSZ && TABLES[index] === ".dynstr") entry.set(content.length);
    }
    address = Math.ceil((address + content.length) / 8) * 8;
  }
  return cutFromSegment(changed, address, versions.address + versions.size);
}

/** Names one behind the other, each once. */
class NameTable {
  readonly #offsets = new Map<string, number>([["", 0]]);
  #length = 1;

  add(name: string): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.#length;
    this.#offsets.set(name, offset);
    this.#length += name.length + 1;
    return offset;
  }

  bytes(): Buffer {
    return Buffer.from([...this.#offsets.keys()].map((name) => `${name}\0`).join(""), "latin1");
  }
}

function symbolNumbers(table: Buffer): number[] {
  return Array.from({ length: table.length / RELOCATION_SIZE }, (_, index) =>
    table.readUInt32LE(index * RELOCATION_SIZE + 12),
  );
}

function renumber(table: Buffer, numbers: ReadonlyMap<number, number>): void {
  for (let at = 12; at < table.length; at += RELOCATION_SIZE) {
    const number = numbers.get(table.readUInt32LE(at));
    if (number === undefined) throw new ElfError("a relocation refers to no symbol");
    table.writeUInt32LE(number, at);
  }
}

/** Versions that are asked of libraries: for each library a list. */
function renameVersions(table: Buffer, oldNames: Buffer, names: NameTable): void {
  const rename = (at: number): void => {
    table.writeUInt32LE(names.add(textAt(oldNames, table.readUInt32LE(at))), at);
  };
  for (let file = 0; ; ) {
    rename(file + 4);
    let version = file + table.readUInt32LE(file + 8);
    for (let left = table.readUInt16LE(file + 2); left > 0; left -= 1) {
      rename(version + 8);
      version += table.readUInt32LE(version + 12);
    }
    const next = table.readUInt32LE(file + 12);
    if (next === 0) return;
    file += next;
  }
}

interface DynamicEntry {
  readonly tag: number;
  readonly value: number;
  set(value: number): void;
}

function dynamicEntries(dynamic: Buffer): DynamicEntry[] {
  return Array.from({ length: dynamic.length / 16 }, (_, index) => ({
    tag: Number(dynamic.readBigUInt64LE(index * 16)),
    value: Number(dynamic.readBigUInt64LE(index * 16 + 8)),
    set: (value: number) => void dynamic.writeBigUInt64LE(BigInt(value), index * 16 + 8),
  }));
}

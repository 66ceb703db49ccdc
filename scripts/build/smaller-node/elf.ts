/**
 * Drops from an ELF executable what is not loaded when it runs: symbols and debugging information.
 *
 * The same as `strip --strip-all`, but every machine has it and gives the same bytes. It has to
 * happen before anything is injected, since the injected part is found by its place in the file.
 * Source: System V ABI, chapters "Object Files" and "Program Loading"; 64 bit and little endian only.
 */

const HEADER_SIZE = 64;
export const SECTION_HEADER_SIZE = 64;
export const PROGRAM_HEADER_SIZE = 56;

/** Section types and flags of the ABI. */
export const SHT_NOBITS = 8;
const SHT_STRTAB = 3;
const SHF_ALLOC = 2n;

/** A file that is not an executable this module can make smaller. */
export class ElfError extends Error {
  override readonly name = "ElfError";
}

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly loaded: boolean;
  /** Where it is in memory; 0 when it is not loaded. */
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** The section's header as it stands in the file. */
  readonly header: Uint8Array;
}

/**
 * Returns a copy of `file` that holds only what is loaded, and headers for that.
 *
 * @throws {ElfError} When `file` is no 64-bit little-endian ELF, is cut off, or has loaded sections
 * behind others: dropping those would change the numbers by which symbols refer to sections.
 */
export function stripElf(file: Buffer): Buffer {
  if (file.length < HEADER_SIZE || file.readUInt32BE(0) !== 0x7f454c46) {
    throw new ElfError("not an ELF file");
  }
  if (file[4] !== 2 || file[5] !== 1) throw new ElfError("not a 64-bit little-endian ELF file");

  const sections = readSections(file);
  const loaded = sections.filter((section, index) => index === 0 || section.loaded);
  const last = sections.findLastIndex((section) => section.loaded);
  if (last + 1 !== loaded.length)
    throw new ElfError("a section that is not loaded stands before a loaded one");

  const end = Math.max(endOfSegments(file), ...loaded.map(endInFile));
  if (end > file.length) throw new ElfError("the file is cut off");
  const names = nameTable(loaded);
  const tableOffset = end + names.bytes.length;
  const headersOffset = Math.ceil(tableOffset / 8) * 8;

  const headers: Buffer[] = loaded.map((section, index) => {
    const header = Buffer.from(section.header);
    header.writeUInt32LE(names.offsets[index] ?? 0, 0);
    return header;
  });
  headers.push(nameTableHeader(names, end));

  const head = Buffer.from(file.subarray(0, end));
  head.writeBigUInt64LE(BigInt(headersOffset), 40);
  head.writeUInt16LE(headers.length, 60);
  head.writeUInt16LE(headers.length - 1, 62);
  return Buffer.concat([head, names.bytes, Buffer.alloc(headersOffset - tableOffset), ...headers]);
}

/**
 * Reads the section headers of an executable, in their order.
 *
 * @throws {ElfError} When it has none, or is cut off.
 */
export function readSections(file: Buffer): Section[] {
  const count = file.readUInt16LE(60);
  const namesIndex = file.readUInt16LE(62);
  if (file.readUInt16LE(58) !== SECTION_HEADER_SIZE || count === 0 || namesIndex >= count) {
    throw new ElfError("no section headers");
  }
  const headers = sectionHeaders(file);
  const namesOffset = Number(headers[namesIndex]?.readBigUInt64LE(24));
  return headers.map((header) => ({
    name: textAt(file, namesOffset + header.readUInt32LE(0)),
    type: header.readUInt32LE(4),
    loaded: (header.readBigUInt64LE(8) & SHF_ALLOC) !== 0n,
    address: Number(header.readBigUInt64LE(16)),
    offset: Number(header.readBigUInt64LE(24)),
    size: Number(header.readBigUInt64LE(32)),
    header,
  }));
}

/** The section of that name, the first where something was cut out of one. @throws {ElfError} When there is none */
export function sectionNamed(sections: readonly Section[], name: string): Section {
  const section = sections.find((candidate) => candidate.name === name);
  if (section === undefined) throw new ElfError(`no section ${name}`);
  return section;
}

/** What a section holds, as it stands in the file. */
export function bytesOf(file: Buffer, { offset, size }: Section): Buffer {
  return file.subarray(offset, offset + size);
}

/** The text that begins there and ends with a zero byte, as names in a file do. @throws {ElfError} When it does not end */
export function textAt(bytes: Buffer, start: number): string {
  const stop = bytes.indexOf(0, start);
  if (stop < 0) throw new ElfError("the file is cut off");
  return bytes.toString("latin1", start, stop);
}

/** The program headers as they stand in the file. @throws {ElfError} When it is cut off */
export function programHeaders(file: Buffer): Buffer[] {
  return headersAt(file, Number(file.readBigUInt64LE(32)), file.readUInt16LE(56), PROGRAM_HEADER_SIZE);
}

/** The section headers as they stand in the file. @throws {ElfError} When it is cut off */
export function sectionHeaders(file: Buffer): Buffer[] {
  return headersAt(file, Number(file.readBigUInt64LE(40)), file.readUInt16LE(60), SECTION_HEADER_SIZE);
}

function headersAt(file: Buffer, offset: number, count: number, size: number): Buffer[] {
  if (offset + count * size > file.length) throw new ElfError("the file is cut off");
  return Array.from({ length: count }, (_, index) =>
    file.subarray(offset + index * size, offset + (index + 1) * size),
  );
}

function endInFile(section: Section): number {
  return section.type === SHT_NOBITS ? 0 : section.offset + section.size;
}

/** The end of what the program headers load, which may reach beyond the sections. */
function endOfSegments(file: Buffer): number {
  const ends = programHeaders(file).map((header) => {
    return Number(header.readBigUInt64LE(8) + header.readBigUInt64LE(32));
  });
  return Math.max(HEADER_SIZE, ...ends);
}

interface NameTable {
  readonly bytes: Buffer;
  /** Where each section's name begins, and last that of the table itself. */
  readonly offsets: readonly number[];
}

function nameTable(sections: readonly Section[]): NameTable {
  const names = [...sections.map((section) => section.name), ".shstrtab"];
  const offsets: number[] = [];
  // The first byte is the empty name.
  let length = 1;
  for (const name of names) {
    offsets.push(name === "" ? 0 : length);
    if (name !== "") length += name.length + 1;
  }
  const text = names.filter((name) => name !== "").map((name) => `${name}\0`);
  return { bytes: Buffer.from(`\0${text.join("")}`, "latin1"), offsets };
}

function nameTableHeader(names: NameTable, offset: number): Buffer {
  const header = Buffer.alloc(SECTION_HEADER_SIZE);
  header.writeUInt32LE(names.offsets.at(-1) ?? 0, 0);
  header.writeUInt32LE(SHT_STRTAB, 4);
  header.writeBigUInt64LE(BigInt(offset), 24);
  header.writeBigUInt64LE(BigInt(names.bytes.length), 32);
  header.writeBigUInt64LE(1n, 48);
  return header;
}

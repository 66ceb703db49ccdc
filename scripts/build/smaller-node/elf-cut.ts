/**
 * Takes bytes that nobody reads any more out of the middle of a segment of an ELF executable.
 *
 * Addresses stay as they are: the segment becomes two, with a gap in memory that is not mapped, and what
 * is behind the gap moves forward in the file. The program headers are one more then, for which there is
 * no room where they are, so they move to the beginning of what became free.
 * Source: System V ABI, chapters "Program Header" and "Section Header".
 */
import { ElfError, PROGRAM_HEADER_SIZE, programHeaders, SECTION_HEADER_SIZE, sectionHeaders } from "./elf.ts";

const PT_LOAD = 1;
const PT_PHDR = 6;

/** A range in the file; `end` is behind it. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The fields of a program or a section header that say where something is. */
interface Fields {
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}
const SEGMENT: Fields = { offset: 8, address: 16, size: 32 };
const SECTION: Fields = { offset: 24, address: 16, size: 32 };
/** Where else a program header has an address and a size: the physical one, and that in memory. */
const SEGMENT_PHYSICAL_ADDRESS = 24;
const SEGMENT_MEMORY_SIZE = 40;
const SEGMENT_ALIGNMENT = 48;
const SECTION_FLAGS = 8;
const SHF_EXECINSTR = 4;
const HUGE_PAGE = 2 ** 21;

/**
 * Returns a copy of `file` without the whole pages between two addresses, apart from what the program
 * headers take of the first. Of several cuts the one with the highest addresses comes first: the headers move to the last.
 *
 * @param file An executable whose section headers are its end.
 * @throws {ElfError} When the range is not within one segment, holds no page, or is needed by a header.
 */
export function cutFromSegment(file: Buffer, from: number, to: number): Buffer {
  const segments = programHeaders(file);
  const sections = sectionHeaders(file);
  const sectionsOffset = Number(file.readBigUInt64LE(40));
  if (sectionsOffset + sections.length * SECTION_HEADER_SIZE !== file.length) {
    throw new ElfError("the section headers are not the end of the file");
  }
  const home = segmentWith(segments, from, to);
  const toOffset = read(home, SEGMENT.offset) - read(home, SEGMENT.address);
  const address = Math.ceil(from / 8) * 8;
  const size = (segments.length + 1) * PROGRAM_HEADER_SIZE;
  const cut = wholePages(segments, sections, home, { start: address + size + toOffset, end: to + toOffset });

  const newSegments = segments.flatMap((header) =>
    isOfType(header, PT_PHDR)
      ? [headerOfHeaders(header, address + toOffset, address, size)]
      : splitSegment(header, cut),
  );
  // The second halves go last, so that the numbers by which symbols name sections stay.
  const parts = sections.map((header) => split(header, SECTION, cut));
  const newSections = [
    ...parts.flatMap((part) => part.slice(0, 1)),
    ...parts.flatMap((part) => part.slice(1)),
  ];

  const head = Buffer.from(file.subarray(0, cut.start));
  Buffer.concat(newSegments).copy(head, address + toOffset);
  head.writeBigUInt64LE(BigInt(address + toOffset), 32);
  head.writeBigUInt64LE(BigInt(sectionsOffset - (cut.end - cut.start)), 40);
  head.writeUInt16LE(newSegments.length, 56);
  head.writeUInt16LE(newSections.length, 60);
  return Buffer.concat([head, file.subarray(cut.end, sectionsOffset), ...newSections]);
}

function isOfType(header: Buffer, type: number): boolean {
  return header.readUInt32LE(0) === type;
}

/**
 * The loaded segment in which both addresses are. It has to be as far from its place in the file as the
 * first one: Linux before 5.18 takes that for granted when it tells a program where its headers are.
 */
function segmentWith(segments: readonly Buffer[], from: number, to: number): Buffer {
  const loads = segments.filter((header) => isOfType(header, PT_LOAD));
  const distance = (header: Buffer): number => read(header, SEGMENT.address) - read(header, SEGMENT.offset);
  const home = loads.find((header) => {
    const address = read(header, SEGMENT.address);
    return address <= from && to <= address + read(header, SEGMENT.size);
  });
  const [first] = loads;
  if (home === undefined) throw new ElfError("what is to be cut out is not within one segment");
  if (first === undefined || distance(first) !== distance(home)) {
    throw new ElfError("the segment to be cut lies elsewhere than the first one");
  }
  return home;
}

/**
 * The whole pages of a range, of a size that keeps every later segment where its alignment allows, and code as far from the
 * next huge page in the file as in memory: Linux maps it in huge pages then, which saves a launch 500 page faults.
 */
function wholePages(
  segments: readonly Buffer[],
  sections: readonly Buffer[],
  home: Buffer,
  range: Range,
): Range {
  const moved = segments.filter(
    (header) => isOfType(header, PT_LOAD) && read(header, SEGMENT.offset) >= read(home, SEGMENT.offset),
  );
  const hasCode = sections.some(
    (header) =>
      (read(header, SECTION_FLAGS) & SHF_EXECINSTR) !== 0 && read(header, SECTION.offset) >= range.end,
  );
  const alignments = moved.map((header) => read(header, SEGMENT_ALIGNMENT));
  const unit = Math.max(...alignments, hasCode ? HUGE_PAGE : 0);
  const page = read(home, SEGMENT_ALIGNMENT);
  const start = Math.ceil(range.start / page) * page;
  const end = start + Math.floor((range.end - start) / unit) * unit;
  if (end <= start) throw new ElfError("what is to be cut out is smaller than a page");
  return { start, end };
}

function headerOfHeaders(old: Buffer, offset: number, address: number, size: number): Buffer {
  const header = Buffer.from(old);
  write(header, SEGMENT.offset, offset);
  write(header, SEGMENT.address, address);
  write(header, SEGMENT_PHYSICAL_ADDRESS, address);
  write(header, SEGMENT.size, size);
  write(header, SEGMENT_MEMORY_SIZE, size);
  return header;
}

function splitSegment(header: Buffer, cut: Range): Buffer[] {
  const parts = split(header, SEGMENT, cut);
  const [first, second] = parts;
  if (first === undefined || second === undefined) return parts;
  if (!isOfType(header, PT_LOAD)) throw new ElfError("a header needs what is to be cut out");
  const physical = read(header, SEGMENT_PHYSICAL_ADDRESS) - read(header, SEGMENT.address);
  const zeros = read(header, SEGMENT_MEMORY_SIZE) - read(header, SEGMENT.size);
  write(first, SEGMENT_MEMORY_SIZE, read(first, SEGMENT.size));
  write(second, SEGMENT_PHYSICAL_ADDRESS, read(second, SEGMENT.address) + physical);
  write(second, SEGMENT_MEMORY_SIZE, read(second, SEGMENT.size) + zeros);
  return parts;
}

/** A copy of the header for what is left of its range: as it was, moved forward, or in two parts. */
function split(header: Buffer, fields: Fields, cut: Range): Buffer[] {
  const start = read(header, fields.offset);
  const end = start + read(header, fields.size);
  const first = Buffer.from(header);
  if (start >= cut.end) {
    write(first, fields.offset, start - (cut.end - cut.start));
    return [first];
  }
  if (end <= cut.start) return [first];
  if (start > cut.start || end < cut.end) throw new ElfError("a header needs what is to be cut out");
  write(first, fields.size, cut.start - start);
  const second = Buffer.from(header);
  write(second, fields.offset, cut.start);
  write(second, fields.address, read(header, fields.address) + cut.end - start);
  write(second, fields.size, end - cut.end);
  return [first, second];
}

function read(header: Buffer, field: number): number {
  return Number(header.readBigUInt64LE(field));
}

function write(header: Buffer, field: number, value: number): void {
  header.writeBigUInt64LE(BigInt(value), field);
}

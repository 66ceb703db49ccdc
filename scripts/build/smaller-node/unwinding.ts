/**
 * Leaves out of a Node binary the tables by which a C++ exception finds its way up the stack.
 *
 * Node, V8 and nearly all that is in them are compiled without exceptions. Only the part of the C++ library for files catches
 * any, to clean up, and throws them again: an exception ends the process with these tables and without, by the same
 * message. What goes too is the list of addresses below the message of an abort.
 * Source: Linux Standard Base, "Exception Frames" (`.eh_frame`, `.eh_frame_hdr`); Itanium C++ ABI, "Exception Handling".
 */
import { ElfError, programHeaders, readSections, sectionHeaders } from "./elf.ts";
import { cutFromSegment } from "./elf-cut.ts";

/** In the order in which linkers lay them out, at the end of their segment. */
const TABLES = [".eh_frame_hdr", ".eh_frame", ".gcc_except_table"];
/** Where a section's header has its size, and how long the field before all others is, its name. */
const SECTION_SIZE = 32;
const NAME_SIZE = 4;
const PT_NULL = 0;
const PT_GNU_EH_FRAME = 0x6474e550;

/**
 * Returns a copy of `file` without these tables. Everything else stays at its address; what is behind them moves in the file.
 *
 * @param file A stripped executable, after anything was injected.
 * @throws {ElfError} When its tables are laid out in another way.
 */
export function withoutUnwinding(file: Buffer): Buffer {
  const sections = readSections(file);
  const first = sections.findIndex(({ name }) => name === TABLES[0]);
  const tables = sections.slice(first, first + TABLES.length);
  if (first < 0 || tables.some(({ name }, index) => name !== TABLES[index])) {
    throw new ElfError(`the sections ${TABLES.join(", ")} do not follow each other`);
  }
  const [start, end] = [tables[0], tables.at(-1)];
  if (start === undefined || end === undefined) throw new ElfError("no tables for unwinding");
  const changed = Buffer.from(file);
  const headers = programHeaders(changed).filter((header) => header.readUInt32LE(0) === PT_GNU_EH_FRAME);
  if (headers.length !== 1) throw new ElfError(`${headers.length} headers for unwinding instead of one`);
  for (const header of headers) header.fill(0).writeUInt32LE(PT_NULL, 0);
  // One section is left, so that the cut has one to split; the others stay, since symbols name sections by number.
  const [kept, ...empty] = sectionHeaders(changed).slice(first, first + TABLES.length);
  kept?.writeBigUInt64LE(BigInt(end.address + end.size - start.address), SECTION_SIZE);
  for (const header of empty) header.fill(0, NAME_SIZE);
  return cutFromSegment(changed, start.address, end.address + end.size);
}

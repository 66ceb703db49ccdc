/** The symbols that an executable or a library offers to others, and takes from them. Source: System V ABI, chapter "Symbol Table". */
import { bytesOf, ElfError, readSections, sectionNamed, textAt } from "./elf.ts";

export const SYMBOL_SIZE = 24;
/** The low half of a symbol's information: data, not code. */
const STT_OBJECT = 1;

/** An entry of `.dynsym`. */
export interface DynamicSymbol {
  readonly name: string;
  /** As it stands in the file. */
  readonly entry: Buffer;
}

/** All symbols in `.dynsym`, by number; stripping leaves that table alone. @throws {ElfError} When there is no such table */
export function readSymbols(file: Buffer): DynamicSymbol[] {
  const sections = readSections(file);
  const symbols = bytesOf(file, sectionNamed(sections, ".dynsym"));
  const names = bytesOf(file, sectionNamed(sections, ".dynstr"));
  return Array.from({ length: symbols.length / SYMBOL_SIZE }, (_, index) => {
    const entry = symbols.subarray(index * SYMBOL_SIZE, (index + 1) * SYMBOL_SIZE);
    return { name: textAt(names, entry.readUInt32LE(0)), entry };
  });
}

export interface ElfSymbol {
  /** Where it is in memory. */
  readonly address: number;
  /** In bytes. */
  readonly size: number;
  /** Where it is in the file. */
  readonly offset: number;
}

/**
 * Finds the one data symbol in `.dynsym` whose name matches.
 *
 * @throws {ElfError} When there is none, more than one, or one that is not in the file.
 */
export function findSymbol(file: Buffer, name: RegExp): ElfSymbol {
  const found = readSymbols(file).filter(
    (symbol) => (symbol.entry.readUInt8(4) & 0xf) === STT_OBJECT && name.test(symbol.name),
  );
  const symbol = found[0]?.entry;
  if (symbol === undefined || found.length !== 1) {
    throw new ElfError(`${found.length} data symbols instead of one match ${name}`);
  }
  const address = Number(symbol.readBigUInt64LE(8));
  const size = Number(symbol.readBigUInt64LE(16));
  const home = readSections(file)[symbol.readUInt16LE(6)];
  if (home === undefined || address < home.address || address + size > home.address + home.size) {
    throw new ElfError(`the symbol that matches ${name} is outside its section`);
  }
  return { address, size, offset: address - home.address + home.offset };
}

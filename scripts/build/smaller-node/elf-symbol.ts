/** Finds a symbol that an executable offers to others. Source: System V ABI, chapter "Symbol Table". */
import { ElfError, readSections } from "./elf.ts";

const SYMBOL_SIZE = 24;
/** The low half of a symbol's information: data, not code. */
const STT_OBJECT = 1;

export interface ElfSymbol {
  /** Where it is in memory. */
  readonly address: number;
  /** In bytes. */
  readonly size: number;
  /** Where it is in the file. */
  readonly offset: number;
}

/**
 * Finds the one data symbol in `.dynsym` whose name matches; stripping leaves that table alone.
 *
 * @throws {ElfError} When there is none, more than one, or one that is not in the file.
 */
export function findSymbol(file: Buffer, name: RegExp): ElfSymbol {
  const sections = readSections(file);
  const bytesOf = (wanted: string): Buffer => {
    const section = sections.find((candidate) => candidate.name === wanted);
    if (section === undefined) throw new ElfError(`no section ${wanted}`);
    return file.subarray(section.offset, section.offset + section.size);
  };
  const [symbols, names] = [bytesOf(".dynsym"), bytesOf(".dynstr")];
  const found = Array.from({ length: Math.floor(symbols.length / SYMBOL_SIZE) }, (_, index) =>
    symbols.subarray(index * SYMBOL_SIZE, (index + 1) * SYMBOL_SIZE),
  ).filter((symbol) => {
    const start = symbol.readUInt32LE(0);
    const isData = (symbol.readUInt8(4) & 0xf) === STT_OBJECT;
    return isData && name.test(names.toString("latin1", start, names.indexOf(0, start)));
  });
  const [symbol] = found;
  if (symbol === undefined || found.length !== 1) {
    throw new ElfError(`${found.length} data symbols instead of one match ${name}`);
  }
  const address = Number(symbol.readBigUInt64LE(8));
  const size = Number(symbol.readBigUInt64LE(16));
  const home = sections[symbol.readUInt16LE(6)];
  if (home === undefined || address < home.address || address + size > home.address + home.size) {
    throw new ElfError(`the symbol that matches ${name} is outside its section`);
  }
  return { address, size, offset: address - home.address + home.offset };
}

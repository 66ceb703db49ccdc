/**
 * Leaves out of the ICU data inside a Node binary what this provider never reads.
 *
 * OpenTofu hashes the executable at every plan, and a quarter of a Node binary is how dates, numbers and
 * names of countries are written in 800 locales, and tables of a hundred old character sets. What text
 * processing itself needs stays: normalisation, IDNA, properties, time zones, the root locale.
 */

import { ElfError } from "./elf.ts";
import { cutFromSegment } from "./elf-cut.ts";
import { findSymbol } from "./elf-symbol.ts";
import { readIcuTable, writeIcuTable } from "./icu-table.ts";

/** The name under which ICU links its data into a program: `icudt` and its major version. */
const SYMBOL = /^icudt\d+_dat$/;

/**
 * A resource bundle of a locale: a language of two or three letters, then what begins with a capital or a
 * digit, in any of the trees (`curr/`, `lang/`, …). Neither `root.res`, `pool.res` nor `res_index.res`.
 */
const LOCALE = /\/([a-z]{2,3})(?:_+[A-Z0-9]\w*)?\.res$/;
/**
 * `.dict`: word lists by which Chinese, Japanese, Thai, Lao, Khmer and Burmese are split into words. `.cnv`: character
 * sets from before Unicode; ICU needs no table for UTF-8, UTF-16, ASCII and Latin-1. `translit/`: rules for writing
 * one script in another, and `unames.icu`: the names of characters, of which JavaScript offers neither.
 */
const TABLE = /\.dict$|\.cnv$|\/translit\/|\/unames\.icu$/;

/** Whether the item of this name, such as `icudt78l/curr/de_AT.res`, is left out. */
export function isNeverRead(name: string): boolean {
  const language = LOCALE.exec(name)?.[1];
  return (language !== undefined && language !== "en") || TABLE.test(name);
}

/**
 * Returns a copy of `file` whose ICU data knows the root locale, English and Unicode only. Everything else stays
 * at its address; what is behind the data moves in the file.
 *
 * @param file A stripped executable, after anything was injected: the injector wants segments as a linker
 * lays them out.
 * @throws {ElfError} When it holds no ICU data, or not where one piece can be taken out.
 * @throws {IcuTableError} When its ICU data is laid out in another way than expected.
 */
export function withLittleIcu(file: Buffer): Buffer {
  const { address, size, offset } = findSymbol(file, SYMBOL);
  const { header, items } = readIcuTable(file.subarray(offset, offset + size));
  const kept = items.filter((item) => !isNeverRead(item.name));
  if (kept.length === items.length) throw new ElfError("the ICU data holds nothing to leave out");

  const smaller = writeIcuTable({ header, items: kept });
  const changed = Buffer.from(file);
  changed.fill(0, offset, offset + size);
  smaller.copy(changed, offset);
  return cutFromSegment(changed, address + smaller.length, address + size);
}

/**
 * Leaves the data of other languages than English out of the ICU data inside a Node binary.
 *
 * OpenTofu hashes the executable at every plan, and a quarter of a Node binary is how dates, numbers and
 * names of countries are written in 800 locales, of which this provider uses none. What text processing
 * itself needs stays: normalisation, IDNA, properties, converters, time zones, the root locale.
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
/** Word lists by which Chinese, Japanese, Thai, Lao, Khmer and Burmese are split into words. */
const WORD_LIST = /\.dict$/;

/** Whether the item of this name, such as `icudt78l/curr/de_AT.res`, is left out. */
export function isOfOtherLanguage(name: string): boolean {
  const language = LOCALE.exec(name)?.[1];
  return (language !== undefined && language !== "en") || WORD_LIST.test(name);
}

/**
 * Returns a copy of `file` whose ICU data knows the root locale and English only. Everything else stays
 * at its address; what is behind the data moves in the file.
 *
 * @param file A stripped executable, after anything was injected: the injector wants segments as a linker
 * lays them out.
 * @throws {ElfError} When it holds no ICU data, or not where one piece can be taken out.
 * @throws {IcuTableError} When its ICU data is laid out in another way than expected.
 */
export function withoutOtherLanguages(file: Buffer): Buffer {
  const { address, size, offset } = findSymbol(file, SYMBOL);
  const { header, items } = readIcuTable(file.subarray(offset, offset + size));
  const kept = items.filter((item) => !isOfOtherLanguage(item.name));
  if (kept.length === items.length) throw new ElfError("the ICU data holds no locales to leave out");

  const smaller = writeIcuTable({ header, items: kept });
  const changed = Buffer.from(file);
  changed.fill(0, offset, offset + size);
  smaller.copy(changed, offset);
  return cutFromSegment(changed, address + smaller.length, address + size);
}

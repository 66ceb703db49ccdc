import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureNodes } from "../../../../scripts/build/node.ts";
import {
  ElfError,
  readSections,
  SHT_NOBITS,
  sectionNamed,
  stripElf,
} from "../../../../scripts/build/smaller-node/elf.ts";
import { findSymbol } from "../../../../scripts/build/smaller-node/elf-symbol.ts";
import { isNeverRead, withLittleIcu } from "../../../../scripts/build/smaller-node/icu.ts";
import { readIcuTable } from "../../../../scripts/build/smaller-node/icu-table.ts";
import { hostPlatform } from "../../../../scripts/project.ts";

/** The Node that packages are made of, before anything is taken out of it. */
const { node: original } = await ensureNodes(hostPlatform(), console.log);

const stripped = stripElf(readFileSync(original));
const smaller = withLittleIcu(stripped);
const table = findSymbol(stripped, /^icudt\d+_dat$/);

let folder: string;
let node: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-icu-"));
  node = join(folder, "node");
  writeFileSync(node, smaller, { mode: 0o755 });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What a Node of our choice makes of an expression, in a plain environment. */
function evaluate(path: string, expression: string, environment: Record<string, string> = {}): unknown {
  const text = `JSON.stringify(${expression})`;
  return JSON.parse(
    execFileSync(path, ["--print", text], { env: { TZ: "UTC", ...environment }, encoding: "utf8" }),
  );
}

test("the executable is a quarter smaller, and the same every time", () => {
  expect(smaller.length).toBeLessThan(stripped.length * 0.75);
  expect(withLittleIcu(stripped).equals(smaller)).toBe(true);
});

test("versions and build options are those of the Node it was made of", () => {
  const expression = "[process.versions, process.config, process.features, process.release]";
  expect(evaluate(node, expression)).toEqual(evaluate(original, expression));
});

/** What the data of other languages has no part in, each with a value that shows that it works. */
const kept: readonly (readonly [string, unknown])[] = [
  ["new URL('https://bücher.example/').host", "xn--bcher-kva.example"],
  ["new URL('https://faß.example/').host", "xn--fa-hia.example"],
  ["require('url').domainToUnicode('xn--bcher-kva.example')", "bücher.example"],
  ["'İ'.toLowerCase()", "i̇"],
  ["'I'.toLocaleLowerCase('tr')", "ı"],
  ["'é'.normalize('NFC') + 'é'.normalize('NFD').length", "é2"],
  ["'ﬁ'.normalize('NFKC')", "fi"],
  ["/^\\p{L}+$/u.test('aÄ漢') && /\\p{Script=Greek}/u.test('α')", true],
  ["new TextDecoder('latin1').decode(Uint8Array.of(0xe9, 0x80))", "é€"],
  ["new TextDecoder('utf-8').decode(Uint8Array.of(0xc3, 0xa9, 0xff))", "é�"],
  ["new TextDecoder('utf-16le').decode(Uint8Array.of(0xac, 0x20))", "€"],
  ["new TextDecoder('utf-16be').decode(Uint8Array.of(0x20, 0xac))", "€"],
  ["new TextDecoder('us-ascii').decode(Uint8Array.of(0x41))", "A"],
  ["Buffer.from('é€', 'latin1').toString('hex') + Buffer.from('é', 'utf16le').toString('hex')", "e9ace900"],
  ["new Date(2026, 6, 1).toString()", "Wed Jul 01 2026 00:00:00 GMT+0000 (Coordinated Universal Time)"],
  ["new Date(0).toLocaleString('en', { timeZone: 'Asia/Kolkata' })", "1/1/1970, 5:30:00 AM"],
  [
    "new Intl.DateTimeFormat('en', { dateStyle: 'full', timeZone: 'UTC' }).format(0)",
    "Thursday, January 1, 1970",
  ],
  ["new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'EUR' }).format(1234.5)", "€1,234.50"],
  ["['b', 'ä', 'a', 'z'].toSorted(new Intl.Collator('en').compare).join('')", "aäbz"],
  ["[...new Intl.Segmenter('en', { granularity: 'word' }).segment('big world')].length", 3],
  ["[...new Intl.Segmenter('en').segment('👨‍👩‍👧é')].length", 2],
  ["new Intl.PluralRules('pl').select(3)", "few"],
];

test.for(kept)("%s is as before", ([expression, value]) => {
  expect(evaluate(node, expression)).toEqual(value);
  expect(evaluate(original, expression)).toEqual(value);
});

/** Instead of German, Swedish or French comes the root locale or, as here, the default one. */
const lost: readonly (readonly [string, unknown])[] = [
  ["Intl.DateTimeFormat.supportedLocalesOf(['de', 'en'])", ["en"]],
  [
    "new Intl.DateTimeFormat('de', { dateStyle: 'full', timeZone: 'UTC' }).format(0)",
    "Thursday, January 1, 1970",
  ],
  ["new Intl.NumberFormat('de').format(1234.5)", "1,234.5"],
  ["['b', 'ä', 'a', 'z'].toSorted(new Intl.Collator('sv').compare).join('')", "aäbz"],
  ["new Intl.DisplayNames('fr', { type: 'region' }).of('AT')", "Austria"],
  ["new Intl.RelativeTimeFormat('fr').format(-1, 'day')", "1 day ago"],
  [
    "[...new Intl.Segmenter('th', { granularity: 'word' }).segment('สวัสดีชาวโลก')].map((part) => part.segment).join('')",
    "สวัสดีชาวโลก",
  ],
  [
    "[...new Intl.Segmenter('ja', { granularity: 'word' }).segment('日本語')].map((part) => part.segment).join('')",
    "日本語",
  ],
];

test.for(lost)("%s falls back", ([expression, value]) => {
  expect(evaluate(node, expression, { LC_ALL: "en_US.UTF-8" })).toEqual(value);
});

test("a character set from before Unicode is refused", () => {
  const decode =
    "(() => { try { return new TextDecoder('gb18030').decode(Uint8Array.of(0xc4, 0xe3)); } catch (error) { return error.code; } })()";
  expect(evaluate(node, decode)).toBe("ERR_ENCODING_NOT_SUPPORTED");
});

test.for(["de_DE.ISO-8859-15", "ja_JP.eucJP", "C"])("an environment in %s is no obstacle", (locale) => {
  const written = "process.argv0.length > 0 && 'ä€漢'";
  expect(evaluate(node, written, { LC_ALL: locale })).toBe("ä€漢");
});

test("an environment in another language is no obstacle", () => {
  const german = { LC_ALL: "de_DE.UTF-8", TZ: "America/New_York" };
  expect(evaluate(node, "[new Date(0).toISOString(), (1.5).toLocaleString()]", german)).toEqual([
    "1970-01-01T00:00:00.000Z",
    "1.5",
  ]);
});

const names: readonly (readonly [string, boolean])[] = [
  ["icudt78l/de.res", true],
  ["icudt78l/de_AT.res", true],
  ["icudt78l/zh_Hant_TW.res", true],
  ["icudt78l/es_419.res", true],
  ["icudt78l/ja_JP_TRADITIONAL.res", true],
  ["icudt78l/coll/de__PHONEBOOK.res", true],
  ["icudt78l/curr/fil.res", true],
  ["icudt78l/brkitr/cjdict.dict", true],
  ["icudt78l/en.res", false],
  ["icudt78l/en_001.res", false],
  ["icudt78l/coll/en_US_POSIX.res", false],
  ["icudt78l/root.res", false],
  ["icudt78l/lang/root.res", false],
  ["icudt78l/lang/pool.res", false],
  ["icudt78l/lang/res_index.res", false],
  ["icudt78l/metaZones.res", false],
  ["icudt78l/zone/tzdbNames.res", false],
  ["icudt78l/units.res", false],
  ["icudt78l/uts46.nrm", false],
  ["icudt78l/coll/ucadata.icu", false],
  ["icudt78l/brkitr/sent_el.brk", false],
  ["icudt78l/cnvalias.icu", false],
  ["icudt78l/ibm-37_P100-1995.cnv", true],
  ["icudt78l/translit/root.res", true],
  ["icudt78l/unames.icu", true],
];

test.for(names)("left out: %s, %s", ([name, expected]) => {
  expect(isNeverRead(name)).toBe(expected);
});

test("what is kept of the ICU data is as it was", () => {
  const before = readIcuTable(stripped.subarray(table.offset, table.offset + table.size)).items;
  const kept = before.filter((item) => !isNeverRead(item.name));
  const last = kept.at(-1);
  const length =
    smaller.indexOf(last?.content ?? "", table.offset) + (last?.content.length ?? 0) - table.offset;
  expect(readIcuTable(smaller.subarray(table.offset, table.offset + length)).items).toEqual(kept);
  expect(kept.length).toBeGreaterThan(700);
});

const contentOf = (file: Buffer, start: number, size: number): string =>
  createHash("sha256")
    .update(file.subarray(start, start + size))
    .digest("hex");

test("every section is where it was in memory, with the same bytes", () => {
  const described = (file: Buffer): unknown[] =>
    readSections(file)
      .slice(0, readSections(stripped).length)
      .map(({ name, type, address, offset, size }) => ({
        name,
        type,
        address,
        // What takes no room in the file has a size all the same.
        content: name === ".rodata" || type === SHT_NOBITS ? "" : contentOf(file, offset, size),
      }));
  expect(described(smaller)).toEqual(described(stripped));
});

test("the section around the ICU data is in two parts, with the same bytes outside that data", () => {
  const [before, after] = [readSections(stripped), readSections(smaller)];
  const whole = sectionNamed(before, ".rodata");
  const [first, second, ...more] = after.filter((section) => section.name === ".rodata");
  if (first === undefined || second === undefined) throw new Error("no two halves");
  expect(more).toEqual([]);
  expect(after.length).toBe(before.length + 1);
  const intoTable = table.offset - whole.offset;
  expect(contentOf(smaller, first.offset, intoTable)).toBe(contentOf(stripped, whole.offset, intoTable));
  const end = table.offset + table.size;
  const rest = whole.offset + whole.size - end;
  expect(second.address + second.size).toBe(whole.address + whole.size);
  expect(contentOf(smaller, second.offset + second.size - rest, rest)).toBe(contentOf(stripped, end, rest));
});

test("a second time there is nothing to take out", () => {
  expect(() => withLittleIcu(smaller)).toThrow(
    new ElfError("the symbol that matches /^icudt\\d+_dat$/ is outside its section"),
  );
});

import { expect, test } from "vitest";
import { ElfError } from "../../../../scripts/build/smaller-node/elf.ts";
import { cutFromSegment } from "../../../../scripts/build/smaller-node/elf-cut.ts";

const PAGE = 0x1000;
/** Where the file begins in memory. */
const BASE = 0x400000;

interface Part {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

const LOAD = 1;
const NOTE = 4;
const PHDR = 6;
/** Five pages that are loaded as they lie, each filled with its number; the last one again on its own. */
const usual: readonly Part[] = [
  { type: PHDR, offset: 64, address: BASE + 64, size: 3 * 56 },
  { type: LOAD, offset: 0, address: BASE, size: 4 * PAGE },
  { type: LOAD, offset: 4 * PAGE, address: BASE + 9 * PAGE, size: PAGE },
];

function headersOf(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map(({ type, offset, address, size }) => {
      const numbers = [offset, address, address, size, size, PAGE].map(BigInt);
      const header = Buffer.alloc(56);
      header.writeUInt32LE(type, 0);
      for (const [index, number] of numbers.entries()) header.writeBigUInt64LE(number, 8 + index * 8);
      return header;
    }),
  );
}

function sectionOf(offset: number, address: number, size: number): Buffer {
  const header = Buffer.alloc(64);
  header.writeBigUInt64LE(BigInt(address), 16);
  header.writeBigUInt64LE(BigInt(offset), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
  return header;
}

function elf(parts: readonly Part[] = usual): Buffer {
  const pages = Buffer.concat([0, 1, 2, 3, 4].map((number) => Buffer.alloc(PAGE, number)));
  pages.writeBigUInt64LE(64n, 32);
  pages.writeBigUInt64LE(BigInt(pages.length), 40);
  pages.writeUInt16LE(parts.length, 56);
  pages.writeUInt16LE(2, 60);
  headersOf(parts).copy(pages, 64);
  const sections = [sectionOf(PAGE, BASE + PAGE, 3 * PAGE), sectionOf(4 * PAGE, BASE + 9 * PAGE, PAGE)];
  return Buffer.concat([pages, ...sections]);
}

const from = BASE + PAGE + 8;
const to = BASE + 4 * PAGE - 8;

test("whole pages go, and what is behind them moves in the file, not in memory", () => {
  const cut = cutFromSegment(elf(), from, to);
  const headersAt = PAGE + 8;
  expect(cut.readBigUInt64LE(32)).toBe(BigInt(headersAt));
  expect(cut.readUInt16LE(56)).toBe(4);
  expect(cut.subarray(headersAt, headersAt + 4 * 56)).toEqual(
    headersOf([
      { type: PHDR, offset: headersAt, address: BASE + headersAt, size: 4 * 56 },
      { type: LOAD, offset: 0, address: BASE, size: 2 * PAGE },
      { type: LOAD, offset: 2 * PAGE, address: BASE + 3 * PAGE, size: PAGE },
      { type: LOAD, offset: 3 * PAGE, address: BASE + 9 * PAGE, size: PAGE },
    ]),
  );
  expect(cut.subarray(2 * PAGE, 4 * PAGE)).toEqual(
    Buffer.concat([Buffer.alloc(PAGE, 3), Buffer.alloc(PAGE, 4)]),
  );
});

test("a section around the pages becomes two, the second behind the others", () => {
  const cut = cutFromSegment(elf(), from, to);
  expect(cut.readBigUInt64LE(40)).toBe(BigInt(4 * PAGE));
  expect(cut.readUInt16LE(60)).toBe(3);
  expect(cut.subarray(4 * PAGE)).toEqual(
    Buffer.concat([
      sectionOf(PAGE, BASE + PAGE, PAGE),
      sectionOf(3 * PAGE, BASE + 9 * PAGE, PAGE),
      sectionOf(2 * PAGE, BASE + 3 * PAGE, PAGE),
    ]),
  );
});

test("code behind the pages moves by whole huge pages or not at all", () => {
  const file = elf();
  const code = Buffer.from(file);
  // The flags of the last section say that it can be run.
  code.writeBigUInt64LE(4n, file.length - 64 + 8);
  expect(cutFromSegment(file, from, to).length).toBeLessThan(file.length);
  expect(() => cutFromSegment(code, from, to)).toThrow(
    new ElfError("what is to be cut out is smaller than a page"),
  );
});

const note = (offset: number, size: number): Part => ({ type: NOTE, offset, address: BASE + offset, size });
const elsewhere = usual.map((part, index) => (index === 1 ? { ...part, address: BASE + PAGE } : part));

const refused: readonly (readonly [string, () => Buffer, string])[] = [
  [
    "something behind the section headers",
    () => cutFromSegment(Buffer.concat([elf(), Buffer.alloc(1)]), from, to),
    "the section headers are not the end of the file",
  ],
  [
    "a range over two segments",
    () => cutFromSegment(elf(), from, BASE + 9 * PAGE + 1),
    "what is to be cut out is not within one segment",
  ],
  [
    "a range without a whole page",
    () => cutFromSegment(elf(), from, BASE + 3 * PAGE - 1),
    "what is to be cut out is smaller than a page",
  ],
  [
    "a range with a note",
    () => cutFromSegment(elf([...usual, note(2 * PAGE, 16)]), from, to),
    "a header needs what is to be cut out",
  ],
  [
    "a range within a note",
    () => cutFromSegment(elf([...usual, note(PAGE, 3 * PAGE)]), from, to),
    "a header needs what is to be cut out",
  ],
  [
    "a segment at another distance than the first",
    () => {
      const first = { type: LOAD, offset: 0, address: BASE, size: PAGE };
      return cutFromSegment(elf([first, ...elsewhere]), from + PAGE, to + PAGE);
    },
    "the segment to be cut lies elsewhere than the first one",
  ],
];

test.for(refused)("refuses %s", ([, cut, message]) => {
  expect(cut).toThrow(new ElfError(message));
});

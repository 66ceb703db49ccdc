import { expect, test } from "vitest";
import {
  IcuTableError,
  readIcuTable,
  writeIcuTable,
} from "../../../../scripts/build/smaller-node/icu-table.ts";

/** A header of 32 bytes: its size, the magic number, and a description of 20 bytes. */
function header(): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt16LE(32, 0);
  bytes.writeUInt16LE(0x27da, 2);
  bytes.writeUInt16LE(20, 4);
  bytes.writeUInt8(2, 10);
  bytes.write("CmnD\x01", 12, "latin1");
  return bytes;
}

const item = (name: string, text: string) => ({ name, content: Buffer.from(text.padEnd(16)) });
const items = [item("icudt78l/de.res", "German"), item("icudt78l/en.res", "English")];

test("a table is laid out as ICU reads it", () => {
  const body = writeIcuTable({ header: header(), items }).subarray(32);
  const numbers = Array.from({ length: 5 }, (_, index) => body.readUInt32LE(index * 4));
  // Two entries end at 20, the names at 52; contents begin at multiples of 16.
  expect(numbers).toEqual([2, 20, 64, 36, 80]);
  expect(body.toString("latin1", 20, 52)).toBe("icudt78l/de.res\0icudt78l/en.res\0");
  expect(body.subarray(52, 64)).toEqual(Buffer.alloc(12, 0xaa));
  expect(body.toString("latin1", 64)).toBe("German          English         ");
});

test("what was written is read again", () => {
  expect(readIcuTable(writeIcuTable({ header: header(), items }))).toEqual({ header: header(), items });
});

const table = writeIcuTable({ header: header(), items });
const changed = (change: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.from(table);
  change(bytes);
  return bytes;
};

const refused: readonly (readonly [string, Buffer, string])[] = [
  ["no bytes", Buffer.alloc(0), "no ICU data"],
  ["other bytes", Buffer.alloc(100), "no ICU data"],
  ["a single item", changed((bytes) => bytes.write("ResB", 12)), "ICU data of an unknown kind: ResB 1"],
  ["a later format", changed((bytes) => bytes.writeUInt8(2, 16)), "ICU data of an unknown kind: CmnD 2"],
  ["big-endian data", changed((bytes) => bytes.writeUInt8(1, 8)), "ICU data of an unknown kind: CmnD 1"],
  ["EBCDIC data", changed((bytes) => bytes.writeUInt8(1, 9)), "ICU data of an unknown kind: CmnD 1"],
  ["no items", changed((bytes) => bytes.writeUInt32LE(0, 32)), "the ICU data is cut off"],
  ["more items than fit", changed((bytes) => bytes.writeUInt32LE(999, 32)), "the ICU data is cut off"],
  ["a header only", table.subarray(0, 32), "the ICU data is cut off"],
  ["other filler", changed((bytes) => bytes.writeUInt8(0, 84)), "the ICU data is laid out differently"],
  ["a gap", changed((bytes) => bytes.writeUInt32LE(80, 40)), "the ICU data is laid out differently"],
];

test.for(refused)("refuses %s", ([, bytes, message]) => {
  expect(() => readIcuTable(bytes)).toThrow(new IcuTableError(message));
});

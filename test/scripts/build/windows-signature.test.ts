import { expect, test } from "vitest";
import { PeError, withoutSignature } from "../../../scripts/build/windows-signature.ts";

const HEADER = 0x80;
const OPTIONAL = HEADER + 24;
const CHECKSUM = OPTIONAL + 64;
const CERTIFICATES = OPTIONAL + 112 + 4 * 8;
const SECTIONS = OPTIONAL + 240;
const END = 0x600;

/** An executable of one section, which ends at 0x600, and what lies behind it. */
function peFile(
  certificates: readonly [offset: number, size: number],
  behind: Buffer = Buffer.alloc(0),
): Buffer {
  const file = Buffer.alloc(END, 0x11);
  file.fill(0, 0, 0x400);
  file.write("MZ", 0);
  file.writeUInt32LE(HEADER, 0x3c);
  file.write("PE\0\0", HEADER);
  file.writeUInt16LE(1, HEADER + 6);
  file.writeUInt16LE(240, HEADER + 20);
  file.writeUInt16LE(0x20b, OPTIONAL);
  file.writeUInt32LE(0xdeadbeef, CHECKSUM);
  file.writeUInt32LE(certificates[0], CERTIFICATES);
  file.writeUInt32LE(certificates[1], CERTIFICATES + 4);
  file.writeUInt32LE(0x200, SECTIONS + 16);
  file.writeUInt32LE(0x400, SECTIONS + 20);
  return Buffer.concat([file, behind]);
}

test.for([
  ["a table at the end is cut off", peFile([END, 24], Buffer.alloc(24, 0xcc))],
  ["an entry that points into a section is taken away, and the section stays", peFile([0x500, 24])],
  ["a file without certificates stays as long as it is", peFile([0, 0])],
] as const)("%s", ([, file]) => {
  const unsigned = withoutSignature(file);
  expect(unsigned).toHaveLength(END);
  expect(unsigned.subarray(0x400)).toEqual(Buffer.alloc(0x200, 0x11));
  expect(unsigned.readBigUInt64LE(CERTIFICATES)).toBe(0n);
  // Every 16-bit word of the file, the carries added, and its length.
  let sum = 0;
  for (let at = 0; at < END; at += 2) {
    sum += at === CHECKSUM || at === CHECKSUM + 2 ? 0 : unsigned.readUInt16LE(at);
    sum = (sum & 0xffff) + (sum >>> 16);
  }
  expect(unsigned.readUInt32LE(CHECKSUM)).toBe(sum + END);
});

test.for([
  ["behind the certificates", peFile([END, 8], Buffer.alloc(24)), "something lies behind the certificates"],
  ["an ELF file", Buffer.concat([Buffer.from("\x7fELF"), Buffer.alloc(1000)]), "not a PE file"],
  ["nothing", Buffer.alloc(0), "not a PE file"],
  ["a program for MS-DOS", Buffer.concat([Buffer.from("MZ"), Buffer.alloc(1000)]), "not a PE file"],
  ["a file that is cut off", peFile([0, 0]).subarray(0, 0x100), "the file is cut off"],
] as const)("%s is refused", ([, file, message]) => {
  expect(() => withoutSignature(file)).toThrow(new PeError(message));
});

test("a 32-bit executable is refused", () => {
  const file = peFile([0, 0]);
  file.writeUInt16LE(0x10b, OPTIONAL);
  expect(() => withoutSignature(file)).toThrow(new PeError("not a 64-bit PE file"));
});

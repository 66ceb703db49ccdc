import { expect, test } from "vitest";
import { MachOError, withRoomForSignature } from "../../../scripts/build/macos-signature.ts";

const SIZE_IN_MEMORY = 32 + 32;
const OFFSET = 32 + 40;
const SIZE = 32 + 48;

/** An executable of one segment, which begins at 0x200 and has `size` bytes. */
function machO(size: number, name = "__LINKEDIT", command = 0x19): Buffer {
  const file = Buffer.alloc(0x200 + size, 0x11);
  file.fill(0, 0, 0x200);
  file.writeUInt32LE(0xfeedfacf, 0);
  file.writeUInt32LE(1, 16);
  file.writeUInt32LE(72, 20);
  file.writeUInt32LE(command, 32);
  file.writeUInt32LE(72, 36);
  file.write(name, 40);
  file.writeBigUInt64LE(0x4000n, SIZE_IN_MEMORY);
  file.writeBigUInt64LE(0x200n, OFFSET);
  file.writeBigUInt64LE(BigInt(size), SIZE);
  return file;
}

test.for([
  [0x100, 0x100],
  [0x101, 0x110],
  [0x10f, 0x110],
  [0x4001, 0x4010],
] as const)("a last segment of %i bytes is made one of %i", ([size, padded]) => {
  const file = machO(size);
  const result = withRoomForSignature(file);
  expect(result).toHaveLength(0x200 + padded);
  expect(result.subarray(0x200, 0x200 + size)).toEqual(file.subarray(0x200));
  expect(result.subarray(0x200 + size)).toEqual(Buffer.alloc(padded - size));
  expect(result.readBigUInt64LE(SIZE)).toBe(BigInt(padded));
  expect(result.readBigUInt64LE(SIZE_IN_MEMORY)).toBe(padded > 0x4000 ? 0x8000n : 0x4000n);
});

test.for([
  ["an ELF file", Buffer.concat([Buffer.from("\x7fELF"), Buffer.alloc(100)]), "not a 64-bit Mach-O file"],
  ["a signed file", machO(16, "", 0x1d), "the file has a signature already"],
  ["a file without the segment of signatures", machO(16, "__TEXT"), "there is no __LINKEDIT"],
  [
    "a file that goes on behind it",
    Buffer.concat([machO(16), Buffer.alloc(1)]),
    "something lies behind __LINKEDIT",
  ],
] as const)("%s is refused", ([, file, message]) => {
  expect(() => withRoomForSignature(file)).toThrow(new MachOError(message));
});

/**
 * Reads executables for macOS and judges their signature.
 * Source: Apple's `mach-o/loader.h` and, for signatures, `cs_blobs.h` of xnu; 64 bit and little endian.
 */
import { createHash } from "node:crypto";

const MAGIC = 0xfeedfacf;
const HEADER_SIZE = 32;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const SHA256 = 2;

export const CPU = { amd64: 0x01000007, arm64: 0x0100000c } as const;
export const AD_HOC = 0x2;

export interface MachOSegment {
  readonly name: string;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  readonly sections: readonly { readonly name: string; readonly content: Buffer }[];
}

export interface MachO {
  readonly cpu: number;
  readonly segments: readonly MachOSegment[];
  /** Where the signature lies; nothing without one. */
  readonly signature: { readonly offset: number; readonly size: number } | undefined;
}

export interface CodeDirectory {
  readonly identifier: string;
  readonly flags: number;
  /** How much of the file is signed, from its beginning. */
  readonly codeLimit: number;
  /** Pages, counted from 0, whose content is another than the signed one. */
  readonly badPages: readonly number[];
}

/** Reads the load commands. */
export function readMachO(file: Buffer): MachO {
  if (file.readUInt32LE(0) !== MAGIC) throw new Error("not a 64-bit Mach-O file");
  const segments: MachOSegment[] = [];
  let signature: MachO["signature"];
  let command = HEADER_SIZE;
  for (let index = 0; index < file.readUInt32LE(16); index += 1) {
    const type = file.readUInt32LE(command);
    if (type === LC_SEGMENT_64) segments.push(readSegment(file, command));
    if (type === LC_CODE_SIGNATURE) {
      signature = { offset: file.readUInt32LE(command + 8), size: file.readUInt32LE(command + 12) };
    }
    command += file.readUInt32LE(command + 4);
  }
  if (command !== HEADER_SIZE + file.readUInt32LE(20)) throw new Error("the load commands have another size");
  return { cpu: file.readUInt32LE(4), segments, signature };
}

function readSegment(file: Buffer, command: number): MachOSegment {
  const sections = Array.from({ length: file.readUInt32LE(command + 64) }, (_, index) => {
    const section = command + 72 + index * 80;
    const offset = file.readUInt32LE(section + 48);
    const size = Number(file.readBigUInt64LE(section + 40));
    return { name: text(file, section, 16), content: file.subarray(offset, offset + size) };
  });
  return {
    name: text(file, command + 8, 16),
    address: file.readBigUInt64LE(command + 24),
    offset: Number(file.readBigUInt64LE(command + 40)),
    size: Number(file.readBigUInt64LE(command + 48)),
    sections,
  };
}

/** Reads the signature's code directory, and compares every page of the file with its digest there. */
export function readCodeDirectory(file: Buffer, { signature }: MachO): CodeDirectory {
  if (signature === undefined) throw new Error("there is no signature");
  const blob = file.subarray(signature.offset, signature.offset + signature.size);
  if (blob.readUInt32BE(0) !== SUPER_BLOB) throw new Error("the signature is no super blob");
  if (blob.readUInt32BE(4) > blob.length) throw new Error("the signature is longer than its place");
  // Of type 0, which comes first.
  if (blob.readUInt32BE(12) !== 0) throw new Error("the signature has no code directory");
  const directory = blob.subarray(blob.readUInt32BE(16));
  if (directory.readUInt32BE(0) !== CODE_DIRECTORY) throw new Error("the code directory is none");
  if (directory[37] !== SHA256 || directory[36] !== 32) throw new Error("the digests are not SHA-256");
  const digests = directory.readUInt32BE(16);
  const pages = directory.readUInt32BE(28);
  const codeLimit = directory.readUInt32BE(32);
  const pageSize = 2 ** (directory[39] ?? 0);
  if (pages !== Math.ceil(codeLimit / pageSize))
    throw new Error("the signed pages are another number than those of the code");
  const badPages = Array.from({ length: pages }, (_, page) => page).filter((page) => {
    const content = file.subarray(page * pageSize, Math.min((page + 1) * pageSize, codeLimit));
    const signed = directory.subarray(digests + page * 32, digests + (page + 1) * 32);
    return !createHash("sha256").update(content).digest().equals(signed);
  });
  const identifier = directory.readUInt32BE(20);
  return {
    identifier: text(directory, identifier, directory.length - identifier),
    flags: directory.readUInt32BE(12),
    codeLimit,
    badPages,
  };
}

/** What is wrong with the order of the segments: nothing, in a file that macOS loads. */
export function segmentFaults(file: Buffer, { segments, signature }: MachO): readonly string[] {
  const faults: string[] = [];
  const inFile = segments.filter(({ size }) => size > 0);
  for (const [index, segment] of inFile.entries()) {
    const before = inFile[index - 1];
    if (before !== undefined && segment.offset < before.offset + before.size) {
      faults.push(`${segment.name} begins within ${before.name}`);
    }
    if (before !== undefined && segment.address <= before.address) {
      faults.push(`${segment.name} lies before ${before.name} in memory`);
    }
  }
  const last = inFile.at(-1);
  if (last?.name !== "__LINKEDIT") faults.push(`${last?.name} is the last segment, and not __LINKEDIT`);
  if (last !== undefined && last.offset + last.size !== file.length)
    faults.push("something lies behind __LINKEDIT");
  if (signature === undefined) return [...faults, "there is no signature"];
  if (signature.offset + signature.size !== file.length) faults.push("something lies behind the signature");
  if (signature.offset % 16 !== 0) faults.push("the signature is not aligned");
  if (last !== undefined && signature.offset < last.offset)
    faults.push("the signature is outside __LINKEDIT");
  return faults;
}

function text(file: Buffer, offset: number, longest: number): string {
  const [first = ""] = file.toString("latin1", offset, offset + longest).split("\0", 1);
  return first;
}

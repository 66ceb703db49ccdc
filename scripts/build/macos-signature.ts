/**
 * Signs executables for macOS. A Mac with Apple's processor starts none without a signature, and Node's own is invalid once a
 * blob is injected.
 */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { providerName } from "../project.ts";
import { ensureTool } from "../tools/ensure-tool.ts";

/** Signatures start at a multiple of this, as with Apple's own tools. */
const SIGNATURE_ALIGNMENT = 16;

/** The largest pages of macOS. */
const PAGE = 0x4000;

/** Source: Apple's `mach-o/loader.h`. */
const MAGIC = 0xfeedfacf;
const HEADER_SIZE = 32;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;

/** A file that is not an unsigned 64-bit executable for macOS. */
export class MachOError extends Error {
  override readonly name = "MachOError";
}

/**
 * Signs in place, ad hoc: the signature shows that the file is complete, but not who made it. The same file gets the same
 * signature.
 *
 * @param say Gets messages about long steps.
 */
export async function signForMacos(executable: string, say: (line: string) => void): Promise<void> {
  const quill = await ensureTool("quill", say);
  writeFileSync(executable, withRoomForSignature(readFileSync(executable)));
  // A user's settings for quill would change what is signed.
  const variables = Object.entries(process.env).filter(([name]) => !name.startsWith("QUILL_"));
  const args = ["sign", "--ad-hoc", "--identity", providerName, "--quiet", executable];
  await promisify(execFile)(quill, args, { env: Object.fromEntries(variables) });
}

/**
 * Returns the executable with zeros at its end, up to where a signature may begin. quill puts it at the end of the file, at any offset.
 *
 * @throws {MachOError} When it is no such file, has a signature, or does not end with the segment of signatures.
 */
export function withRoomForSignature(file: Buffer): Buffer {
  if (file.length < HEADER_SIZE || file.readUInt32LE(0) !== MAGIC) {
    throw new MachOError("not a 64-bit Mach-O file");
  }
  let last: number | undefined;
  let command = HEADER_SIZE;
  for (let index = 0; index < file.readUInt32LE(16); index += 1) {
    const type = file.readUInt32LE(command);
    if (type === LC_CODE_SIGNATURE) throw new MachOError("the file has a signature already");
    if (type === LC_SEGMENT_64 && file.toString("latin1", command + 8, command + 18) === "__LINKEDIT")
      last = command;
    command += file.readUInt32LE(command + 4);
  }
  if (last === undefined) throw new MachOError("there is no __LINKEDIT");
  const offset = Number(file.readBigUInt64LE(last + 40));
  const size = Number(file.readBigUInt64LE(last + 48));
  if (offset + size !== file.length) throw new MachOError("something lies behind __LINKEDIT");
  const length = roundUp(file.length, SIGNATURE_ALIGNMENT);
  const padded = Buffer.concat([file, Buffer.alloc(length - file.length)]);
  padded.writeBigUInt64LE(BigInt(length - offset), last + 48);
  padded.writeBigUInt64LE(BigInt(roundUp(length - offset, PAGE)), last + 32);
  return padded;
}

function roundUp(size: number, step: number): number {
  return Math.ceil(size / step) * step;
}

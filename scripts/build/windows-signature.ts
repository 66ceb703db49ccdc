/**
 * Removes the signature of executables for Windows. Node's is invalid once a blob is injected, and an invalid signature is worse
 * than none. Source: Microsoft, "PE Format", sections "Optional Header" and "The Attribute Certificate Table".
 */

/** Contains the offset of the PE header. */
const HEADER_POINTER = 0x3c;
const SIGNATURE = Buffer.from("PE\0\0");
/** Offset of the optional header from the PE header: after the signature and the file header of 20 bytes. */
const OPTIONAL_HEADER = 24;
/** Of 64-bit executables. */
const PE32_PLUS = 0x20b;
/** In the optional header. */
const CHECKSUM = 64;
const DIRECTORIES = 112;
const CERTIFICATES = 4;
const DIRECTORY_SIZE = 8;

/** A file that is not a 64-bit executable for Windows. */
export class PeError extends Error {
  override readonly name = "PeError";
}

/**
 * Returns the executable without a certificate table, and with the right checksum.
 *
 * @throws {PeError} When it is no 64-bit PE file, or something comes after its certificates.
 */
export function withoutSignature(file: Buffer): Buffer {
  const optional = optionalHeader(file);
  const entry = optional + DIRECTORIES + CERTIFICATES * DIRECTORY_SIZE;
  const [offset, size] = [file.readUInt32LE(entry), file.readUInt32LE(entry + 4)];
  // The injector drops the table but leaves the entry, which then points to something else.
  const isThere = offset > 0 && offset >= endOfSections(file, optional);
  if (isThere && offset + size !== file.length) throw new PeError("something lies behind the certificates");
  const unsigned = Buffer.from(isThere ? file.subarray(0, offset) : file);
  unsigned.writeUInt32LE(0, entry);
  unsigned.writeUInt32LE(0, entry + 4);
  unsigned.writeUInt32LE(peChecksum(unsigned, optional + CHECKSUM), optional + CHECKSUM);
  return unsigned;
}

function optionalHeader(file: Buffer): number {
  if (file.length < HEADER_POINTER + 4 || file.toString("latin1", 0, 2) !== "MZ")
    throw new PeError("not a PE file");
  const header = file.readUInt32LE(HEADER_POINTER);
  if (header + OPTIONAL_HEADER + DIRECTORIES + 16 * DIRECTORY_SIZE > file.length)
    throw new PeError("the file is cut off");
  if (!file.subarray(header, header + 4).equals(SIGNATURE)) throw new PeError("not a PE file");
  if (file.readUInt16LE(header + OPTIONAL_HEADER) !== PE32_PLUS) throw new PeError("not a 64-bit PE file");
  return header + OPTIONAL_HEADER;
}

function endOfSections(file: Buffer, optional: number): number {
  const fileHeader = optional - 20;
  const table = optional + file.readUInt16LE(fileHeader + 16);
  const ends = Array.from({ length: file.readUInt16LE(fileHeader + 2) }, (_, index) => {
    const section = table + index * 40;
    return file.readUInt32LE(section + 16) + file.readUInt32LE(section + 20);
  });
  return Math.max(...ends);
}

/** The sum of all 16-bit words with their carries, without the checksum itself, plus the length of the file. */
function peChecksum(file: Buffer, field: number): number {
  const words = new Uint16Array(Math.ceil(file.length / 2));
  file.copy(Buffer.from(words.buffer));
  words.fill(0, field / 2, field / 2 + 2);
  let sum = 0;
  for (const word of words) sum += word;
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum + file.length;
}

/**
 * Extracts one file from a ZIP archive. Plain JavaScript, because the bootstrap needs it before anything is installed.
 * Source: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16; stored and deflated files below 4 GiB.
 */
import { inflateRawSync } from "node:zlib";

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * @param {Buffer} archive The whole archive. Its checksum has to be verified before.
 * @param {string} name
 * @returns {Buffer} The file's content.
 * @throws {Error} When it is no such archive, or has no file with this name.
 */
export function unzip(archive, name) {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || archive.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error("not a ZIP archive");
  const count = archive.readUInt16LE(end + 10);
  let entry = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (archive.readUInt32LE(entry) !== DIRECTORY_ENTRY) throw new Error("damaged ZIP archive");
    const nameLength = archive.readUInt16LE(entry + 28);
    if (archive.toString("utf8", entry + 46, entry + 46 + nameLength) === name) {
      return content(archive, entry);
    }
    entry += 46 + nameLength + archive.readUInt16LE(entry + 30) + archive.readUInt16LE(entry + 32);
  }
  throw new Error(`the ZIP archive has no ${name}`);
}

/**
 * @param {Buffer} archive
 * @param {number} entry
 * @returns {Buffer}
 */
function content(archive, entry) {
  const method = archive.readUInt16LE(entry + 10);
  const compressed = archive.readUInt32LE(entry + 20);
  const size = archive.readUInt32LE(entry + 24);
  const local = archive.readUInt32LE(entry + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const data = archive.subarray(start, start + compressed);
  if (method === STORED) return data;
  if (method === DEFLATED) return inflateRawSync(data, { maxOutputLength: size });
  throw new Error(`unknown compression ${method} in the ZIP archive`);
}

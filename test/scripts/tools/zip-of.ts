import { crc32, deflateRawSync } from "node:zlib";

/** What archivers add to a file: not the same before its content as in the directory. */
const LOCAL_EXTRA = Buffer.from("extra");
const DIRECTORY_EXTRA = Buffer.from("other extra");
const COMMENT = Buffer.from("a comment");

/**
 * Makes a ZIP archive of `files`, deflated, with comments and extra fields.
 * Source: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
 */
export function zipOf(
  files: Readonly<Record<string, string>>,
  method: "deflated" | "stored" = "deflated",
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const data = method === "deflated" ? deflateRawSync(content) : content;
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method === "deflated" ? 8 : 0, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    common.writeUInt16LE(LOCAL_EXTRA.length, 24);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, name, LOCAL_EXTRA, data]);
    common.writeUInt16LE(DIRECTORY_EXTRA.length, 24);
    const tail = Buffer.alloc(14);
    tail.writeUInt16LE(COMMENT.length, 0);
    tail.writeUInt32LE(offset, 10);
    const entry = [Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, name, DIRECTORY_EXTRA, COMMENT];
    directory.push(Buffer.concat(entry));
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(offset, 12);
  end.writeUInt16LE(2, 16);
  return Buffer.concat([...parts, entries, Buffer.from("PK\x05\x06", "latin1"), end, Buffer.from("ok")]);
}

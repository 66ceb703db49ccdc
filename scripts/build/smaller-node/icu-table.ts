/**
 * Reads and writes ICU's common data: one table of named items, which a program carries inside.
 *
 * A header that says what it is, the number of items, for each where its name and its content begin
 * (counted from the end of the header), the names, the contents. Sorted by name, contents at multiples of
 * 16, little endian here. Source: unicode-org/icu, `icu4c/source/common/ucmndata.h` (UDataOffsetTOC) and
 * `icu4c/source/common/unicode/udata.h` (UDataInfo).
 */

const MAGIC = 0x27da;
const ALIGNMENT = 16;
const ENTRY_SIZE = 8;
/** The first part of the header: its size, the magic number, and the description with four-byte versions. */
const DESCRIPTION_SIZE = 24;
/** ICU's own packager fills gaps with it. */
const FILLER = 0xaa;

/** Bytes that are not a table of the only kind this module knows. */
export class IcuTableError extends Error {
  override readonly name = "IcuTableError";
}

export interface IcuItem {
  /** Such as `icudt78l/curr/en.res`. */
  readonly name: string;
  /** With the filler up to the next item. */
  readonly content: Uint8Array;
}

export interface IcuTable {
  /** The header as it stands in the file. */
  readonly header: Uint8Array;
  readonly items: readonly IcuItem[];
}

/**
 * Takes a table apart.
 *
 * @throws {IcuTableError} When `bytes` is something else, or a table that {@link writeIcuTable} would
 * not write in the same way.
 */
export function readIcuTable(bytes: Buffer): IcuTable {
  const table = takeApart(bytes);
  if (!writeIcuTable(table).equals(bytes)) {
    throw new IcuTableError("the ICU data is laid out differently");
  }
  return table;
}

function takeApart(bytes: Buffer): IcuTable {
  if (bytes.length < DESCRIPTION_SIZE || bytes.readUInt16LE(2) !== MAGIC) {
    throw new IcuTableError("no ICU data");
  }
  const isLittleEndianAscii = bytes[8] === 0 && bytes[9] === 0;
  const format = `${bytes.toString("latin1", 12, 16)} ${bytes[16]}`;
  if (!isLittleEndianAscii || format !== "CmnD 1") {
    throw new IcuTableError(`ICU data of an unknown kind: ${format}`);
  }
  const headerSize = bytes.readUInt16LE(0);
  const body = bytes.subarray(headerSize);
  const count = body.length < 4 ? 0 : body.readUInt32LE(0);
  if (count === 0 || 4 + count * ENTRY_SIZE > body.length) throw new IcuTableError("the ICU data is cut off");
  const entry = (index: number, field: number): number => body.readUInt32LE(4 + index * ENTRY_SIZE + field);
  const items = Array.from({ length: count }, (_, index) => {
    const start = entry(index, 0);
    const next = index + 1 < count ? entry(index + 1, 4) : body.length;
    return {
      name: body.toString("latin1", start, body.indexOf(0, start)),
      content: body.subarray(entry(index, 4), next),
    };
  });
  return { header: bytes.subarray(0, headerSize), items };
}

/** Puts a table together; its items have to be sorted by name. */
export function writeIcuTable(table: IcuTable): Buffer {
  const entries = Buffer.alloc(4 + table.items.length * ENTRY_SIZE);
  const names = Buffer.from(table.items.map((item) => `${item.name}\0`).join(""), "latin1");
  const end = entries.length + names.length;
  const filler = Buffer.alloc((ALIGNMENT - (end % ALIGNMENT)) % ALIGNMENT, FILLER);

  let name = entries.length;
  let content = end + filler.length;
  entries.writeUInt32LE(table.items.length, 0);
  for (const [index, item] of table.items.entries()) {
    entries.writeUInt32LE(name, 4 + index * ENTRY_SIZE);
    entries.writeUInt32LE(content, 8 + index * ENTRY_SIZE);
    name += item.name.length + 1;
    content += item.content.length;
  }
  return Buffer.concat([table.header, entries, names, filler, ...table.items.map((item) => item.content)]);
}

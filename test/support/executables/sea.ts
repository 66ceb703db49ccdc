/** What makes a Node binary an application of its own. */

/** Node looks behind it for what it is. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:";
/** Source: Node's `src/node_sea.h`. */
const BLOB_MAGIC = 0x143da20;

/** What stands behind each mark in the binary: "1" where there is a blob. */
export function fuses(file: Buffer): readonly string[] {
  const found: string[] = [];
  for (let at = file.indexOf(FUSE); at >= 0; at = file.indexOf(FUSE, at + 1)) {
    found.push(file.toString("latin1", at + FUSE.length, at + FUSE.length + 1));
  }
  return found;
}

/** Whether it is a blob that Node takes, with files of these names in it. */
export function isBlobWith(blob: Buffer, names: readonly string[]): boolean {
  return blob.readUInt32LE(0) === BLOB_MAGIC && names.every((name) => blob.includes(name));
}

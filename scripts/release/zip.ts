/**
 * Zips that have the same bytes wherever and whenever they are made: sorted names, one date, given permissions.
 *
 * fflate compresses in JavaScript. Node's own zlib is faster, but its search for repetitions, and so its output, depends on the
 * processor.
 */
import { type AsyncZippable, unzipSync, zip } from "fflate";

export interface ZipEntry {
  /** Relative, with `/`. */
  readonly path: string;
  /** Only permissions, such as 0o755. */
  readonly mode: number;
  readonly content: Uint8Array;
}

/** The first date that a zip can have. It is written as local time without a zone, so it is the same everywhere. */
const DATE = new Date(1980, 0, 1);

/** Stronger compression takes twice as long and saves 0.1 %. */
const LEVEL = 6;

/** The system of the entry, which says how to read its attributes. Source: APPNOTE 6.3, 4.4.2. */
const UNIX = 3;

const REGULAR_FILE = 0o100000;

/** Packs the entries; their order does not matter. */
export function zipOf(entries: readonly ZipEntry[]): Promise<Uint8Array> {
  const content: AsyncZippable = {};
  for (const entry of entries.toSorted((a, b) => compare(a.path, b.path))) {
    const attrs = (REGULAR_FILE | entry.mode) * 0x10000;
    content[entry.path] = [entry.content, { level: LEVEL, mtime: DATE, os: UNIX, attrs }];
  }
  return new Promise((resolve, reject) => {
    zip(content, (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
}

/** Content of the files in a zip, by name. @throws {Error} when it is no zip */
export function unzipped(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(unzipSync(archive)).filter(([name]) => !name.endsWith("/")));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

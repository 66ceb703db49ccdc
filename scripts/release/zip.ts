/**
 * Zips with the same bytes wherever and whenever they are made: names in order, one date, the permissions that are asked for.
 *
 * fflate compresses in JavaScript. Node's own zlib is faster, but chooses by the processor how it looks for repetitions, and so
 * which bytes it writes.
 */
import { type AsyncZippable, unzipSync, zip } from "fflate";

export interface ZipEntry {
  /** With `/`, and relative. */
  readonly path: string;
  /** Permissions alone, such as 0o755. */
  readonly mode: number;
  readonly content: Uint8Array;
}

/** The first date that a zip can bear. It is written as a local time without a zone, so that it reads the same everywhere. */
const DATE = new Date(1980, 0, 1);

/** Stronger compression takes twice as long and saves 0.1 %. */
const LEVEL = 6;

/** What wrote the entry, which says how to read its attributes. Source: APPNOTE 6.3, 4.4.2. */
const UNIX = 3;

const REGULAR_FILE = 0o100000;

/** Packs the entries; the order in which they are given is of no consequence. */
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

/** Content by name of the files in a zip. @throws {Error} when it is none */
export function unzipped(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(unzipSync(archive)).filter(([name]) => !name.endsWith("/")));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

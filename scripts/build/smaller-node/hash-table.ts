/**
 * The table by which the loader finds a name among a program's symbols: `.gnu.hash`.
 *
 * Behind four numbers stand a Bloom filter, buckets with the number of their first symbol, and for each symbol its hash, whose
 * lowest bit says that it is the last of its bucket. So symbols stand in the order of their buckets.
 * Source: binutils `bfd/elflink.c`; glibc `elf/dl-lookup.c`.
 */

const BLOOM_SHIFT = 9;
/** Where the filter begins, and how many bits each of its words has. */
const BLOOM_AT = 16;
const BLOOM_BITS = 64;

/**
 * Symbols sorted as the table of their hashes needs them, and that table.
 *
 * @param first The number of the first of them; those before it are not to be found.
 */
export function hashTable<T extends { readonly name: string }>(
  symbols: readonly T[],
  first: number,
): { readonly sorted: readonly T[]; readonly bytes: Buffer } {
  const buckets = Math.max(1, Math.ceil(symbols.length / 2)) | 1;
  const words = 2 ** Math.ceil(Math.log2(Math.max(1, symbols.length / 6)));
  const hashed = symbols.map((symbol) => ({ symbol, hash: gnuHash(symbol.name) }));
  hashed.sort((a, b) => (a.hash % buckets) - (b.hash % buckets));
  const bucketsAt = BLOOM_AT + words * 8;
  const chainsAt = bucketsAt + buckets * 4;
  const bytes = Buffer.alloc(chainsAt + hashed.length * 4);
  for (const [index, value] of [buckets, first, words, BLOOM_SHIFT].entries())
    bytes.writeUInt32LE(value, index * 4);
  for (const [index, { hash }] of hashed.entries()) {
    const word = BLOOM_AT + (Math.floor(hash / BLOOM_BITS) % words) * 8;
    const bits = (1n << BigInt(hash % BLOOM_BITS)) | (1n << BigInt((hash >>> BLOOM_SHIFT) % BLOOM_BITS));
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(word) | bits, word);
    const bucket = bucketsAt + (hash % buckets) * 4;
    if (bytes.readUInt32LE(bucket) === 0) bytes.writeUInt32LE(first + index, bucket);
    const next = hashed[index + 1];
    const isLast = next === undefined || next.hash % buckets !== hash % buckets;
    bytes.writeUInt32LE(((hash & ~1) | (isLast ? 1 : 0)) >>> 0, chainsAt + index * 4);
  }
  return { sorted: hashed.map(({ symbol }) => symbol), bytes };
}
function gnuHash(name: string): number {
  let hash = 5381;
  for (const byte of Buffer.from(name, "latin1")) hash = (Math.imul(hash, 33) + byte) >>> 0;
  return hash;
}

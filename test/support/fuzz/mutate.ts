/** Changes of inputs at random. */
import type { Random } from "../pve/random.ts";

/** Bytes and texts at the edge of something, whatever the format. */
const EDGES: readonly Buffer[] = [
  ...[
    0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x3a, 0x3b, 0x3d, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xc1,
    0xff,
  ].map((byte) => Buffer.of(byte)),
  ...[
    "__proto__",
    "constructor",
    "\\ud800",
    "\u0000",
    "-1",
    "1e999",
    "99999999999999999999",
    "\u{1f600}",
    "İ",
  ].map((text) => Buffer.from(text)),
  Buffer.from("ffffffff", "hex"),
  Buffer.from("7fffffffffffffff", "hex"),
];

const below = (random: Random, bound: number): number => Math.floor(random.next() * bound);

/** A changed copy, no longer than it may be. */
export function mutate(
  input: Buffer,
  random: Random,
  options: {
    readonly words: readonly Buffer[];
    readonly others: readonly Buffer[];
    readonly maxBytes: number;
  },
): Buffer {
  let bytes = input;
  for (let times = 1 + below(random, 4); times > 0; times -= 1) bytes = change(bytes, random, options);
  return bytes.subarray(0, options.maxBytes);
}

function change(
  bytes: Buffer,
  random: Random,
  { words, others }: { readonly words: readonly Buffer[]; readonly others: readonly Buffer[] },
): Buffer {
  const at = below(random, bytes.length + 1);
  const to = at + below(random, Math.min(bytes.length - at, 32) + 1);
  const between = (middle: Buffer): Buffer =>
    Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(to)]);
  const pick = (list: readonly Buffer[]): Buffer => list[below(random, list.length)] ?? Buffer.alloc(0);
  switch (below(random, 9)) {
    case 0: {
      const changed = Buffer.from(bytes);
      if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8));
      return changed;
    }
    case 1: {
      const changed = Buffer.from(bytes);
      if (at < changed.length) changed[at] = below(random, 256);
      return changed;
    }
    case 2:
      return between(Buffer.alloc(0));
    case 3:
      return between(pick(EDGES));
    case 4:
    case 5:
      return between(pick(words));
    case 6: {
      const other = pick(others);
      const from = below(random, other.length + 1);
      return between(other.subarray(from, from + below(random, 64)));
    }
    case 7: {
      const part = bytes.subarray(at, to);
      return between(Buffer.concat(Array<Buffer>(2 + below(random, 6)).fill(part)));
    }
    default: {
      const other = pick(others);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(below(random, other.length + 1))]);
    }
  }
}

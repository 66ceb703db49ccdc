/** Finds secrets in what programs have said, whole or in pieces, in every form that they take. It shares no code with what hides them. */

/** What is looked for: so many bytes of a form, wherever in it. */
const PIECE = 12;

const BASE = 257;
/** BASE to the power of PIECE - 1, by which the first byte counts, in 32 bits. */
const FIRST = Array.from({ length: PIECE - 1 }).reduce<number>((power) => Math.imul(power, BASE), 1);

export interface FoundSecret {
  readonly piece: string;
  /** The text on both sides too. */
  readonly around: string;
}

export class SecretFinder {
  /** The pieces by their hash. */
  readonly #pieces = new Map<number, Set<string>>();

  constructor(secrets: readonly string[]) {
    for (const form of secrets.flatMap(formsOf)) {
      const bytes = Buffer.from(form, "utf8");
      for (let start = 0; start + PIECE <= bytes.length; start += 1) {
        const piece = bytes.subarray(start, start + PIECE);
        const hash = piece.reduce(appended, 0);
        const same = this.#pieces.get(hash) ?? new Set();
        this.#pieces.set(hash, same.add(piece.toString("latin1")));
      }
    }
  }

  /** The first piece of a secret; null for none. One pass over the bytes, with a hash that moves along (Rabin and Karp). */
  find(bytes: Buffer): FoundSecret | null {
    let hash = 0;
    for (let end = 0; end < bytes.length; end += 1) {
      if (end >= PIECE) hash = (hash - Math.imul(bytes[end - PIECE] ?? 0, FIRST)) | 0;
      hash = appended(hash, bytes[end] ?? 0);
      const pieces = end + 1 >= PIECE ? this.#pieces.get(hash) : undefined;
      if (pieces === undefined) continue;
      const start = end + 1 - PIECE;
      const piece = bytes.toString("latin1", start, end + 1);
      if (pieces.has(piece)) {
        return { piece, around: bytes.toString("utf8", Math.max(0, start - 200), end + 100) };
      }
    }
    return null;
  }
}

function appended(hash: number, byte: number): number {
  return (Math.imul(hash, BASE) + byte) | 0;
}

/** A secret as it is, in base64 wherever in the bytes it stands, in hexadecimal, in URLs and in JSON. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, "utf8");
  // Three bytes are four characters: what stands before decides on how the secret is cut up.
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    return encoded.slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 8) / 6));
  });
  const percent = encodeURIComponent(secret);
  const every = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  return [
    secret,
    secret.toUpperCase(),
    secret.toLowerCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    percent,
    percent.replaceAll(/%../g, (code) => code.toLowerCase()),
    every,
    every.toUpperCase(),
    JSON.stringify(secret).slice(1, -1),
  ];
}

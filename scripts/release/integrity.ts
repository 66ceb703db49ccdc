/** Reads subresource integrity, as lock files have it. */

/** A hash of a file. */
export interface Digest {
  /** `sha512` or `sha256`. */
  readonly algorithm: "sha256" | "sha512";
  /** In hexadecimal. */
  readonly hex: string;
}

/** Parses `sha512-…`. @throws {Error} for anything else */
export function digestOf(integrity: string): Digest {
  const [, algorithm, base64 = ""] = /^(sha256|sha512)-([A-Za-z0-9+/]+=*)$/.exec(integrity) ?? [];
  const bytes = Buffer.from(base64, "base64");
  if (algorithm === "sha256" && bytes.length === 32) return { algorithm, hex: bytes.toString("hex") };
  if (algorithm === "sha512" && bytes.length === 64) return { algorithm, hex: bytes.toString("hex") };
  throw new Error(`not an integrity by SHA-256 or SHA-512: ${integrity}`);
}

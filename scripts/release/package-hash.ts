/** The hashes of a package in OpenTofu's lock file. */
import { hash } from "node:crypto";
import { sha256 } from "./sums.ts";
import { unzipped } from "./zip.ts";

/**
 * `h1:`, which also works for an unpacked package: a hash of the names and sums of all files. Source:
 * golang.org/x/mod/sumdb/dirhash, Hash1.
 */
export function contentHash(zip: Uint8Array): string {
  const files = [...unzipped(zip)].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const lines = files.map(([name, content]) => `${sha256(content)}  ${name}\n`);
  return `h1:${hash("sha256", lines.join(""), "base64")}`;
}

/** `zh:`: of the zip itself. Source: OpenTofu, `internal/getproviders/hash.go`. */
export function zipHash(zip: Uint8Array): string {
  return `zh:${sha256(zip)}`;
}

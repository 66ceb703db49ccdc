/** The list of SHA-256 sums, as `sha256sum` writes and checks it. */
import { hash } from "node:crypto";

/** In hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return hash("sha256", content);
}

/** @param files Content by name. */
export function formatSums(files: ReadonlyMap<string, Uint8Array>): string {
  const names = [...files.keys()].toSorted();
  return names.map((name) => `${sha256(files.get(name) ?? new Uint8Array())}  ${name}\n`).join("");
}

/** Sums by name. @throws {Error} for an invalid line */
export function parseSums(text: string): ReadonlyMap<string, string> {
  return new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [, sum, name] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line) ?? [];
        if (sum === undefined || name === undefined) throw new Error(`not a line of sums: ${line}`);
        return [name, sum];
      }),
  );
}

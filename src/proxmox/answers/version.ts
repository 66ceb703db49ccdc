/**
 * Versions of Proxmox VE: `7.4-20`, `8.4.1`, `9.2.11`, and `9.0~beta` or `9.0.0~11` before a release. `GET /version`
 * returns the version of the package pve-manager.
 */
import { type Found, member, mismatch, name } from "./decode.ts";

/** Numbers with points or a hyphen between them, then possibly a suffix from before a release. */
const PATTERN = /^(\d{1,6}(?:[.-]\d{1,6}){0,3})(~.*)?/;

/** The version in the answer. @throws Problem when there is none that can be compared. */
export function decodeVersion(data: Found): string {
  const found = member(data, "version");
  const version = name(found);
  if (!PATTERN.test(version)) throw mismatch(found, "a version like 9.1.2");
  return version;
}

/**
 * Negative when `a` is older than `b`, positive when it is newer, 0 when they are the same. Missing parts count as 0. With a `~`,
 * a version is older than the same one without it, as in Debian.
 */
export function compareVersions(a: string, b: string): number {
  const left = partsOf(a);
  const right = partsOf(b);
  for (let index = 0; index < Math.max(left.numbers.length, right.numbers.length); index += 1) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(right.preliminary) - Number(left.preliminary);
}

function partsOf(version: string): { numbers: readonly number[]; preliminary: boolean } {
  const match = PATTERN.exec(version);
  return {
    numbers: (match?.[1] ?? "").split(/[.-]/).map(Number),
    preliminary: match?.[2] !== undefined,
  };
}

/**
 * Versions of Proxmox VE: `7.4-20`, `8.4.1`, `9.2.11`, and `9.0~beta` or `9.0.0~11` before a release.
 * `GET /version` names the version of the package pve-manager.
 */
import { type Found, member, mismatch, name } from "./decode.ts";

/** Digits with points or a hyphen between them, then maybe what comes before a release. */
const PATTERN = /^(\d{1,6}(?:[.-]\d{1,6}){0,3})(~.*)?/;

/** The version in the answer. @throws Problem when there is none that can be compared. */
export function decodeVersion(data: Found): string {
  const found = member(data, "version");
  const version = name(found);
  if (!PATTERN.test(version)) throw mismatch(found, "a version like 9.1.2");
  return version;
}

/**
 * Negative when `a` is older than `b`, positive when it is newer, 0 when they are the same. What is missing counts as 0, and what
 * stands before a `~` is older than the same without it, as in Debian's versions.
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

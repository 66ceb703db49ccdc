/**
 * The static program that a host starts on Linux. It becomes Node, with the loader and libraries of the system or of the
 * package. Its bytes are stored here, so that a build needs no compiler; `compile.ts` makes them from `source`.
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The SHA-256 of the launcher for each architecture, in Go's words. */
export const LAUNCHERS: { readonly [arch: string]: string } = {
  amd64: "4466202e12f2ac840363de0f96f0f7f0f764caa4c753b765f8f3c3cce955d87e",
  arm64: "5f901cd34cbef9b15a1cb783ec9b81ee583ec46ecce9115b949aa2e3ca79840f",
};

/** The path of the launcher for an architecture. */
export function launcherPath(arch: string): string {
  return join(import.meta.dirname, `linux_${arch}`);
}

/** The launcher for an architecture. @throws {Error} When there is none, or not the expected one */
export function launcherBytes(arch: string): Buffer {
  const expected = LAUNCHERS[arch];
  if (expected === undefined) throw new Error(`There is no launcher for linux_${arch}.`);
  const content = readFileSync(launcherPath(arch));
  const actual = hash("sha256", content);
  if (actual !== expected) {
    throw new Error(`${launcherPath(arch)} has the SHA-256 ${actual} instead of ${expected}.`);
  }
  return content;
}

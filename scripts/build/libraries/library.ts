/**
 * The loader and libraries beside Node in the packages for Linux, for systems without suitable ones.
 *
 * They are Debian's, byte for byte, and are stored here compressed, so that a build needs neither Debian nor a network.
 * `libraries.json` has the package and hash of each; `take.ts` takes newer ones.
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

/** A package of Debian from which libraries are taken. */
export interface LibraryPackage {
  /** The name for apt. */
  readonly name: string;
  readonly version: string;
  /** The source package, and its version. */
  readonly source: string;
  readonly sourceVersion: string;
  /** SPDX expression for the libraries taken, not for the whole package. */
  readonly licence: string;
  /** The SHA-256 of the package's file, by architecture. */
  readonly sha256: { readonly [arch: string]: string };
}

export interface Library {
  /** Its name in the folder `lib` of the provider's package. */
  readonly name: string;
  /** The name of the package. */
  readonly package: string;
  /** Its path there. */
  readonly from: string;
  readonly mode: number;
  readonly sha256: string;
}

export interface Libraries {
  readonly packages: readonly LibraryPackage[];
  /** By architecture in Go's words. */
  readonly files: { readonly [arch: string]: readonly Library[] };
}

/** The content of `libraries.json`. */
export function readLibraries(): Libraries {
  const libraries: Libraries = JSON.parse(readFileSync(join(import.meta.dirname, "libraries.json"), "utf8"));
  return libraries;
}

/** The libraries for one architecture. @throws {Error} When there are none. */
export function librariesFor(arch: string): readonly Library[] {
  const found = readLibraries().files[arch];
  if (found === undefined) throw new Error(`There are no libraries for linux_${arch}.`);
  return found;
}

/** The path of the compressed content of a library. */
export function compressedPath(arch: string, name: string): string {
  return join(import.meta.dirname, `linux_${arch}`, `${name}.br`);
}

/** The path of a text about licences: that of a source package, or a licence that it refers to. */
export function licencePath(name: string): string {
  return join(import.meta.dirname, "licences", `${name}.txt`);
}

/** The texts that go with a package: those of its authors, and the licence of its libraries. */
export function licenceTexts({ source, licence }: LibraryPackage): readonly string[] {
  return [licencePath(source), licencePath(licence.startsWith("LGPL") ? "LGPL-2.1" : "GPL-3")];
}

/** The content of a library. @throws {Error} When it does not match `libraries.json`. */
export function libraryContent(arch: string, library: Library): Buffer {
  const path = compressedPath(arch, library.name);
  const content = brotliDecompressSync(readFileSync(path));
  const actual = hash("sha256", content);
  if (actual !== library.sha256) {
    throw new Error(`${path} holds something with the SHA-256 ${actual} instead of ${library.sha256}.`);
  }
  return content;
}

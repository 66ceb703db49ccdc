/**
 * The loader and libraries that lie beside Node in the packages for Linux, for where the system has none that do.
 *
 * They are Debian's, byte for byte, and lie here compressed, so that a build needs neither Debian nor a network.
 * `libraries.json` says which package each comes from and what it hashes to; `take.ts` takes newer ones.
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

/** A package of Debian that libraries are taken from. */
export interface LibraryPackage {
  /** As apt takes it. */
  readonly name: string;
  readonly version: string;
  /** The source package, and its version. */
  readonly source: string;
  readonly sourceVersion: string;
  /** SPDX expression for the libraries taken, not for everything in the package. */
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

/** What `libraries.json` says. */
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

/** Where the compressed content of a library lies. */
export function compressedPath(arch: string, name: string): string {
  return join(import.meta.dirname, `linux_${arch}`, `${name}.br`);
}

/** Where a text about licences lies: that of a source package, or a licence that it refers to. */
export function licencePath(name: string): string {
  return join(import.meta.dirname, "licences", `${name}.txt`);
}

/** The texts that go with a package: what its makers say, and the licence that its libraries are under. */
export function licenceTexts({ source, licence }: LibraryPackage): readonly string[] {
  return [licencePath(source), licencePath(licence.startsWith("LGPL") ? "LGPL-2.1" : "GPL-3")];
}

/** The content of a library. @throws {Error} When it is not what `libraries.json` says. */
export function libraryContent(arch: string, library: Library): Buffer {
  const path = compressedPath(arch, library.name);
  const content = brotliDecompressSync(readFileSync(path));
  const actual = hash("sha256", content);
  if (actual !== library.sha256) {
    throw new Error(`${path} holds something with the SHA-256 ${actual} instead of ${library.sha256}.`);
  }
  return content;
}

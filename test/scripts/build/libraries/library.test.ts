import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  librariesFor,
  libraryContent,
  licenceTexts,
  readLibraries,
} from "../../../../scripts/build/libraries/library.ts";
import { LOADER } from "../../../../scripts/build/libraries/names.ts";

const libraries = readLibraries();
const all = Object.entries(libraries.files).flatMap(([arch, files]) =>
  files.map((file) => ({ arch, name: file.name, file })),
);

test("both processors have the same libraries", () => {
  const names = (arch: string) => librariesFor(arch).map(({ name }) => name);
  expect(names("amd64")).toEqual(names("arm64"));
  expect(names("amd64")).toContain(LOADER);
});

test.each(all)("$arch has $name as it was taken from its package", ({ arch, file }) => {
  expect(libraryContent(arch, file).readUInt32BE(0)).toBe(0x7f454c46);
});

test.each(all)("another content of $name for $arch is refused", ({ arch, file }) => {
  const other = { ...file, sha256: "0".repeat(64) };
  expect(() => libraryContent(arch, other)).toThrow(
    /holds something with the SHA-256 [0-9a-f]{64} instead of 0{64}\.$/,
  );
});

test("every library names a package whose licence and sources are known", () => {
  for (const { file } of all) {
    const found = libraries.packages.find(({ name }) => name === file.package);
    expect(found).toMatchObject({
      version: expect.any(String),
      source: expect.any(String),
      licence: expect.stringMatching(/GPL/),
    });
  }
});

test("the texts of the licences are there", () => {
  for (const one of libraries.packages) {
    const [makers = "", licence = ""] = licenceTexts(one).map((path) => readFileSync(path, "utf8"));
    expect(makers).toContain("Copyright");
    expect(licence).toContain(one.licence.startsWith("LGPL") ? "GNU LESSER GENERAL" : "GNU GENERAL");
  }
});

test("there are none for another processor", () => {
  expect(() => librariesFor("riscv64")).toThrow("There are no libraries for linux_riscv64.");
});

import { expect, test } from "vitest";
import { unzip } from "../../../scripts/tools/zip.mjs";
import { zipOf } from "./zip-of.ts";

const files = { "README.md": "read me", tofu: "a".repeat(10_000) };

test.for(["deflated", "stored"] as const)("takes a %s file out", (method) => {
  expect(unzip(zipOf(files, method), "tofu").toString()).toBe(files.tofu);
  expect(unzip(zipOf(files, method), "README.md").toString()).toBe("read me");
});

test.for([
  ["no archive", Buffer.from("<html>"), "not a ZIP archive"],
  ["an empty answer", Buffer.alloc(0), "not a ZIP archive"],
  ["an archive without the file", zipOf({ other: "x" }), "the ZIP archive has no tofu"],
] as const)("refuses %s", ([, archive, message]) => {
  expect(() => unzip(archive, "tofu")).toThrow(new Error(message));
});

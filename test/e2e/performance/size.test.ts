/** Sizes of what is packaged. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, inject, test } from "vitest";
import { bundle } from "../../../scripts/build/bundle.ts";
import { asFunction, recordCode } from "../../../scripts/build/code-cache.ts";
import { ownNode } from "../../../scripts/build/package.ts";
import { codeCacheSize, executableSize } from "../../performance/budgets.ts";
import { requireWithin } from "../../support/performance/budget.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-size-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the executable keeps within its budget", () => {
  const architecture = process.arch === "arm64" ? "arm64" : "x64";
  requireWithin(executableSize[architecture], statSync(inject("binary")).size / 2 ** 20);
});

test("so does the code in it that V8 has compiled", async () => {
  const [source, cache] = [join(folder, "provider.cjs"), join(folder, "provider.cache")];
  writeFileSync(source, asFunction((await bundle({ version: "0.0.0" })).text));
  await recordCode(ownNode(), source, cache);
  requireWithin(codeCacheSize, statSync(cache).size / 1000);
});

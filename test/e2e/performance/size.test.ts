/** Sizes of what is packaged. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, inject, test } from "vitest";
import { bundle } from "../../../scripts/build/bundle.ts";
import { asFunction, recordCode } from "../../../scripts/build/code-cache.ts";
import { ensureNodes } from "../../../scripts/build/node.ts";
import { packageSize } from "../../../scripts/build/package.ts";
import { hostPlatform } from "../../../scripts/project.ts";
import { codeCacheSize, packageSizes } from "../../performance/budgets.ts";
import { requireWithin } from "../../support/performance/budget.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-size-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package keeps within its budget", () => {
  const architecture = process.arch === "arm64" ? "arm64" : "x64";
  requireWithin(packageSizes[architecture], packageSize(dirname(inject("binary"))));
});

test("so does the code in it that V8 has compiled", async () => {
  const source = join(folder, "provider.cjs");
  writeFileSync(source, asFunction((await bundle({ version: "0.0.0" })).text));
  const { node } = await ensureNodes(hostPlatform(), console.log);
  const recording = await recordCode({ node, source, work: folder, addon: undefined });
  requireWithin(codeCacheSize, recording.bundle.length / 1000);
});

/** How much JavaScript there is, and how much of it every launch runs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { bundle } from "../../scripts/build/bundle.ts";
import { namesIn, requireWithin } from "../support/performance/budget.ts";
import { bundleSize, startSize } from "./budgets.ts";

const { text, metafile } = await bundle({ version: "0.0.0" });

test("the bundle keeps within its budget", () => {
  requireWithin(bundleSize, Buffer.byteLength(text) / 1000);
});

test("so does what of it runs before the handshake", () => {
  const names = new Set(
    namesIn(readFileSync(join(import.meta.dirname, "loaded/before-handshake.txt"), "utf8")),
  );
  const sizes = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const bytes = sizes
    .filter(([file]) => names.has(file))
    .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  requireWithin(startSize, bytes / 1000);
});

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const golden = join(import.meta.dirname, "../golden");
const folder = mkdtempSync(join(tmpdir(), "golden-"));

beforeAll(async () => {
  const env = { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" };
  await promisify(execFile)("go", ["run", ".", folder], { cwd: golden, env });
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

test.each(["values.tsv", "msgpack.tsv"])("go-cty still makes the golden values: %s", (file) => {
  const made = readFileSync(join(folder, file));
  const kept = readFileSync(join(golden, file));
  // Not toStrictEqual: the difference of so large files is of no use.
  expect(made.equals(kept), "run `go run . .` in test/golden").toBe(true);
});

/** What must not happen while answers are read: V8 optimising undici's parser, which takes longer than a small plan. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { bundle } from "../../scripts/build/bundle.ts";
import { startPve } from "../support/pve/stand-in.ts";

test("the HTTP parser is compiled once, however much it has to read", async () => {
  const pve = await startPve();
  const folder = await mkdtemp(join(tmpdir(), "parser-"));
  // Bundled, because Node reads TypeScript by WebAssembly too.
  const entry = join(import.meta.dirname, "fixtures", "read-often.ts");
  const program = join(folder, "read-often.cjs");
  await writeFile(program, (await bundle({ version: "0.0.0", entry })).text);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--trace-wasm-compilation-times", program, "300"],
    { env: { PROXMOX_VE_ENDPOINT: pve.endpoint, PROXMOX_VE_API_TOKEN: pve.tokens.auditor } },
  );
  await rm(folder, { recursive: true });
  await pve.close();
  const compiled = stdout.split("\n").filter((line) => line.startsWith("Compiled function"));
  expect(compiled.filter((line) => line.includes("Liftoff")).length).toBeGreaterThan(10);
  expect(compiled.filter((line) => !line.includes("Liftoff"))).toEqual([]);
});

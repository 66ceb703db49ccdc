import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { ensureBuilt } from "../../scripts/build/build.ts";
import { bundle, bundleForPerson } from "../../scripts/build/bundle.ts";
import { asFunction, recordCode } from "../../scripts/build/code-cache.ts";
import { ownNode, packageBundle } from "../../scripts/build/package.ts";
import { hostPlatform, projectVersion } from "../../scripts/project.ts";

const binary = inject("binary");
const mirror = inject("mirror");
const version = projectVersion();

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-package-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

test("the mirror holds the executable under its name and nothing else", () => {
  const files = readdirSync(mirror, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(mirror, join(entry.parentPath, entry.name)));
  const { os, arch } = hostPlatform();
  expect(files).toEqual([
    `registry.opentofu.org/gpuhost/gpuhost/${version}/${os}_${arch}/terraform-provider-gpuhost_v${version}`,
  ]);
  expect(statSync(binary).mode & 0o111).toBe(0o111);
});

test("the executable needs no Node beside it and no environment", () => {
  const output = execFileSync(binary, ["--version"], { cwd: "/", env: {}, encoding: "utf8" });
  expect(output).toContain(version);
});

test("what is set for other Node programs does not reach it", () => {
  const env = { NODE_OPTIONS: "--require=/does-not-exist" };
  const result = spawnSync(binary, ["--version"], { env, encoding: "utf8" });
  expect(result).toMatchObject({ status: 0, stderr: "" });
});

test("V8 takes the code that was recorded", async () => {
  const [source, cache] = [join(folder, "provider.cjs"), join(folder, "provider.cache")];
  writeFileSync(source, asFunction((await bundle({ version })).text));
  await recordCode(ownNode(), source, cache);
  const read = `const { readFileSync } = require("node:fs");
    const cachedData = readFileSync(${JSON.stringify(cache)});
    const script = new (require("node:vm").Script)(readFileSync(${JSON.stringify(source)}, "latin1"), { cachedData });
    console.log(script.cachedDataRejected, cachedData.length > 500_000);`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  expect(execFileSync(ownNode(), ["--eval", read], { env, encoding: "utf8" })).toBe("false true\n");
});

test("nothing of the machine that built it is inside", () => {
  const content = readFileSync(binary);
  expect(content.includes(dirname(dirname(import.meta.dirname)))).toBe(false);
});

test("no other language than English is inside", () => {
  const names =
    readFileSync(binary)
      .toString("latin1")
      .match(/icudt\d+l\/(root|en|de|zh)\.res/g) ?? [];
  expect(names.map((name) => name.slice(name.indexOf("/")))).toEqual(["/en.res", "/root.res"]);
});

test("what is up to date is not built again", async () => {
  const said: string[] = [];
  await expect(ensureBuilt((line) => said.push(line))).resolves.toEqual({ binary, mirror, built: false });
  expect(said).toEqual([]);
});

test("two builds have the same bytes", async () => {
  const { text } = await bundle({ version });
  const person = (await bundleForPerson(version)).text;
  const output = join(folder, "again");
  await packageBundle({ bundle: text, person, node: ownNode(), output, workFolder: join(folder, "work") });
  expect(sha256(output)).toBe(sha256(binary));
  expect(readdirSync(join(folder, "work"))).toEqual([]);
});

test("a bundle that does not run is not packaged", async () => {
  const broken = packageBundle({
    bundle: "throw new Error('broken on purpose');",
    person: "",
    node: ownNode(),
    output: join(folder, "broken"),
    workFolder: join(folder, "work"),
  });
  await expect(broken).rejects.toThrow("broken on purpose");
  expect(readdirSync(folder)).not.toContain("broken");
});

import { execFileSync, spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { ensureBuilt } from "../../scripts/build/build.ts";
import { bundle, bundleForPerson } from "../../scripts/build/bundle.ts";
import { asFunction, recordCode } from "../../scripts/build/code-cache.ts";
import { librariesFor } from "../../scripts/build/libraries/library.ts";
import { FOLDER, NODE } from "../../scripts/build/libraries/names.ts";
import { type BuildNodes, ensureNodes } from "../../scripts/build/node.ts";
import { packageBundle, packageFiles } from "../../scripts/build/package.ts";
import { hostPlatform, platformName, projectVersion } from "../../scripts/project.ts";

const binary = inject("binary");
const mirror = inject("mirror");
const version = projectVersion();

/** The file that has Node and the provider in it. */
const withNode = hostPlatform().os === "linux" ? join(dirname(binary), FOLDER, NODE) : binary;

let folder: string;
let nodes: BuildNodes;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-package-"));
  nodes = await ensureNodes(hostPlatform(), console.log);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (path: string): string => hash("sha256", readFileSync(path));

test("the mirror holds the package of this platform and nothing else", () => {
  const files = readdirSync(mirror, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(mirror, join(entry.parentPath, entry.name)));
  const { os, arch } = hostPlatform();
  const place = `registry.opentofu.org/gpuhost/gpuhost/${version}/${platformName(hostPlatform())}`;
  const beside =
    os === "linux" ? ["terraform-provider-gpuhost", ...librariesFor(arch).map(({ name }) => name)] : [];
  const expected = [`terraform-provider-gpuhost_v${version}`, ...beside.map((name) => `lib/${name}`)];
  expect(files.toSorted()).toEqual(expected.map((name) => `${place}/${name}`).toSorted());
  expect(statSync(binary).mode & 0o777).toBe(0o755);
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

test("it starts where Node is told to trust the system's authorities", () => {
  const env = { NODE_USE_SYSTEM_CA: "1" };
  const result = spawnSync(binary, ["--version"], { env, encoding: "utf8" });
  expect(result).toMatchObject({ status: 0, stderr: "" });
});

test("V8 takes the code that was recorded", async () => {
  const [source, cache] = [join(folder, "provider.cjs"), join(folder, "provider.cache")];
  writeFileSync(source, asFunction((await bundle({ version })).text));
  const recording = await recordCode({ node: nodes.node, source, work: folder, addon: undefined });
  writeFileSync(cache, recording.bundle);
  const read = `const { readFileSync } = require("node:fs");
    const cachedData = readFileSync(${JSON.stringify(cache)});
    const script = new (require("node:vm").Script)(readFileSync(${JSON.stringify(source)}, "latin1"), { cachedData });
    console.log(script.cachedDataRejected, cachedData.length > 500_000);`;
  const { NODE_OPTIONS: _, ...env } = process.env;
  expect(execFileSync(nodes.node, ["--eval", read], { env, encoding: "utf8" })).toBe("false true\n");
});

test("what is looked at now and then leaves no trace in it, however long the recording takes", async () => {
  const source = join(folder, "interval.cjs");
  const bundled = asFunction((await bundle({ version })).text);
  const sizes: number[] = [];
  for (const milliseconds of ["1e0", "1e6"]) {
    const hurried = `globalThis.setInterval = ((every) => (look) => every(look, ${milliseconds}))(setInterval);`;
    writeFileSync(source, bundled.replace("{", `{${hurried}`));
    const recording = await recordCode({ node: nodes.node, source, work: folder, addon: undefined });
    sizes.push(recording.bundle.length);
  }
  expect(sizes[0]).toBe(sizes[1]);
});

test("nothing of the machine that built it is inside", () => {
  const content = readFileSync(withNode);
  expect(content.includes(dirname(dirname(import.meta.dirname)))).toBe(false);
});

test.runIf(hostPlatform().os === "linux")("no other language than English is inside", () => {
  const names =
    readFileSync(withNode)
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
  const name = basename(binary);
  const workFolder = join(folder, "work");
  const platform = hostPlatform();
  await packageBundle({
    platform,
    name,
    bundle: text,
    person,
    ...nodes,
    say: console.log,
    output,
    workFolder,
  });
  const contents = (at: string) => packageFiles(at).map((file) => [file, sha256(join(at, file))]);
  expect(contents(output)).toEqual(contents(dirname(binary)));
  expect(readdirSync(join(folder, "work"))).toEqual([]);
});

test("a bundle that does not run is not packaged", async () => {
  const broken = packageBundle({
    platform: hostPlatform(),
    name: "provider",
    bundle: "throw new Error('broken on purpose');",
    person: "",
    ...nodes,
    say: console.log,
    output: join(folder, "broken"),
    workFolder: join(folder, "work"),
  });
  await expect(broken).rejects.toThrow("broken on purpose");
  expect(readdirSync(folder)).not.toContain("broken");
});

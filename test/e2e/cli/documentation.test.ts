/** The commands of docs/command-line.md, and those of the README that begin with it, run as they stand there by a person who has the binary and a cluster. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { projectVersion } from "../../../scripts/project.ts";
import { host, LINE } from "../../support/cli/doctor.ts";
import { ensureProgram } from "../../support/cli/programs.ts";
import { environmentFor } from "../../support/cli/run.ts";
import { runProgram } from "../../support/cli/spawned.ts";
import { COMMAND_LINE_PAGE, readProjectFile } from "../../support/documentation.ts";
import { codeBlocks, tableRows } from "../../support/markdown.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";

const page = readProjectFile(COMMAND_LINE_PAGE);
const readme = readProjectFile("README.md");
const blocks = [page, readme]
  .flatMap(codeBlocks)
  .filter(({ language }) => language === "sh")
  .map(({ text }) => text);
const ways = blocks.filter((text) => text.includes("ln -sf"));
const commands = new Set(
  blocks.filter((text) => text.startsWith("gpuhost ")).flatMap((text) => text.trim().split("\n")),
);

/** Where OpenTofu has another version of the provider. */
const PLACE = "registry.opentofu.org/gpuhost/gpuhost/0.0.9/linux_amd64";

let pve: PveStandIn;
beforeAll(async () => {
  for (const name of ["zip", "unzip"]) ensureProgram(name);
  pve = await startPve({ source: host({ mappings: [LINE] }) });
});
afterAll(() => pve.close());

let home: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "gpuhost-person-"));
  mkdirSync(join(home, "work"));
  env = {
    HOME: home,
    PATH: `${join(home, ".local/bin")}:${process.env["PATH"]}`,
    ...environmentFor(pve, pve.tokens.root),
  };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const inShell = (command: string) => runProgram("bash", ["-euc", command], { env, cwd: join(home, "work") });

/** What `init` leaves of the provider below a configuration. */
function initialised(): void {
  cpSync(inject("mirror"), join(home, "work/.terraform/providers"), { recursive: true });
}

/** What a build leaves in a clone. */
function built(): void {
  cpSync(inject("mirror"), join(home, "work/dist/plugins"), { recursive: true });
}

/** What is downloaded of a release. */
function downloaded(): void {
  const binary = inject("binary");
  const zip = join(home, "work", `${basename(binary).replace("_v", "_")}_linux_amd64.zip`);
  execFileSync("zip", ["-q", "-0", "-r", zip, "."], { cwd: dirname(binary) });
  writeFileSync(zip.replace("linux_amd64", "darwin_arm64"), "");
}

/** An older version in the place where a way has put it, or finds it. */
function older(folder: string): void {
  const place = join(home, folder);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "terraform-provider-gpuhost_v0.0.9"), "#!/bin/sh\necho too old\n", {
    mode: 0o755,
  });
}

describe("the ways to the binary", () => {
  test("there are three", () => expect(ways).toHaveLength(3));

  test.for([
    ["a release", () => downloaded(), /unzip/, ".local/lib/gpuhost/0.0.9"],
    [
      "an initialised configuration",
      () => initialised(),
      /\.terraform/,
      `work/.terraform/providers/${PLACE}`,
    ],
    // A build leaves no other version.
    ["a clone", () => built(), /dist\/plugins/, "elsewhere"],
  ] as const)("out of %s, also a second time and beside an older one", async ([, prepare, what, before]) => {
    older(before);
    prepare();
    const way = ways.find((text) => what.test(text)) ?? "";
    expect(await inShell(way)).toMatchObject({ status: 0, stderr: "" });
    expect(await inShell(way)).toMatchObject({ status: 0, stderr: "" });
    const { stdout } = await inShell("gpuhost --version");
    expect(stdout).toBe(`terraform-provider-gpuhost ${projectVersion()}\n`);
  });
});

test("the completion is sourced as it says", async () => {
  initialised();
  await inShell(ways.find((text) => text.includes(".terraform")) ?? "");
  const sourcing = blocks.find((text) => text.includes("completion bash")) ?? "";
  const { status, stdout } = await inShell(`${sourcing}\ncomplete -p gpuhost`);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "complete -F _gpuhost gpuhost\n" });
});

test.for([...commands])("%s", async (command) => {
  initialised();
  await inShell(ways.find((text) => text.includes(".terraform")) ?? "");
  const { status, stdout } = await inShell(command);
  expect(status).toBe(0);
  const file = / (?:>|--html) (\S+)$/.exec(command)?.[1];
  const written = file === undefined ? stdout : readFileSync(join(home, "work", file), "utf8");
  expect(written.length).toBeGreaterThan(50);
  expect(command.includes("--json") ? JSON.parse(written) : {}).toBeTypeOf("object");
});

test("every option of the connection is in the table, and none besides", async () => {
  const { stdout } = await runProgram(inject("binary"), ["doctor", "--help"], { env });
  const offered = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, name]) => name);
  const told = tableRows(page).flatMap(([first = ""]) => /^`(--[\w-]+)/.exec(first)?.[1] ?? []);
  expect([...told, "--json", "--strict", "--help"].sort()).toEqual(offered.sort());
});

test("every check is in the table", () => {
  const schema = JSON.parse(readProjectFile("docs/schemas/doctor.schema.json")) as {
    properties: { checks: { items: { properties: { check: { enum: readonly string[] } } } } };
  };
  const told = tableRows(page).flatMap(([first = ""]) => /^`([a-z][\w-]*)`$/.exec(first)?.[1] ?? []);
  expect(told).toEqual(schema.properties.checks.items.properties.check.enum);
});

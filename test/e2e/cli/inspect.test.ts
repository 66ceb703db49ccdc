/** `inspect` of the packaged binary, as a person runs it: beside the data source under the real OpenTofu, in pipes, and interrupted. */
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { environmentFor } from "../../support/cli/run.ts";
import { endOf, runProgram } from "../../support/cli/spawned.ts";
import { hostEnvironment } from "../../support/host/environment.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";
import { assertNoSecret } from "../../support/secrets/known.ts";

const binary = inject("binary");

let pve: PveStandIn;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  pve = await startPve();
  environment = { PATH: process.env["PATH"], ...environmentFor(pve) };
});
afterAll(() => pve.close());

const run = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = environment) =>
  runProgram(command, args, { env });

test("arguments decide before the cookie of a host does", async () => {
  const inherited = { ...hostEnvironment(), ...environment };
  const inspected = await run(binary, ["inspect", "--nodes", "pve1"], inherited);
  expect(inspected.status).toBe(0);
  expect(inspected.stdout).toMatch(/^pve1 {2}IOMMU on\n/);
  expect((await run(binary, ["--version"], inherited)).stdout).toMatch(/^terraform-provider-gpuhost \d/);
});

test("without arguments and cookie it says what it is, and fails", () => {
  const { status, stdout, stderr } = spawnSync(binary, [], { env: {}, encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^Usage: gpuhost /);
});

test("nothing but what says so switches off the check of certificates", async () => {
  const untrusting = { ...environment, GPUHOST_CA_FILE: "", NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  const { status, stdout, stderr } = await run(binary, ["inspect"], untrusting);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(
    /^error: Unable to Read PCI Devices\n {2}The certificate of 127\.0\.0\.1:\d+ is not accepted/,
  );
});

test("no argument of a process has a secret, nor has its name", async () => {
  pve.faults.add({ kind: "hang" }, { path: /hardware/ });
  pve.requests.clear();
  const child = spawn(binary, ["inspect"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  await pve.requests.waitFor(({ path }) => path.endsWith("/hardware/pci"));
  for (const file of ["cmdline", "comm", "task"]) {
    const path = `/proc/${child.pid}/${file}`;
    const threads = file === "task" ? readdirSync(path).map((thread) => `${path}/${thread}/comm`) : [path];
    for (const thread of threads) assertNoSecret(readFileSync(thread), thread);
  }
  child.kill();
  await endOf(child);
  pve.faults.clear();
});

describe("in a pipe", () => {
  test("a reader who leaves ends it quietly", async () => {
    const command = `"${binary}" inspect --all --json | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await run("bash", ["-c", command]);
    expect(stdout).toMatch(/^\{\n(0|141)\n$/);
    expect(stderr).not.toMatch(/EPIPE|error/i);
  });

  test("all of a long answer arrives", async () => {
    const { stdout } = await run("bash", ["-c", `"${binary}" inspect --all --json 2>&- | tail -1`]);
    expect(stdout).toBe("}\n");
  });

  test("a full disk is a failure", async () => {
    const { status, stdout } = await run("bash", ["-c", `"${binary}" inspect > /dev/full`]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  });
});

describe.for([80, 200])("on a terminal of %i columns", (columns) => {
  test("no line wraps, and there is colour", async () => {
    const command = `stty cols ${columns}; "${binary}" inspect --usage 2>/dev/null`;
    const env = { ...environment, TERM: "xterm-256color", LANG: "C.UTF-8" };
    const { stdout } = await run("script", ["-qec", command, "/dev/null"], env);
    expect(stdout).toContain("\u001b[1m");
    const lines = stripVTControlCharacters(stdout).split("\r\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines[0]).toBe("pve1  IOMMU on");
    const plain = await run("script", ["-qec", command, "/dev/null"], { ...env, NO_COLOR: "1" });
    expect(plain.stdout).not.toContain("\u001b");
  });
});

test("Ctrl-C ends it without a word", async () => {
  pve.faults.add({ kind: "hang" }, { path: "/nodes/pve1/hardware/pci" });
  const before = pve.requests.lines.length;
  const child = spawn(binary, ["inspect"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const ending = endOf(child);
  await expect
    .poll(() => pve.requests.lines.slice(before).some((line) => line.includes("pve1/hardware/pci")))
    .toBe(true);
  child.kill("SIGINT");
  const { status, signal, stdout, stderr } = await ending;
  pve.faults.clear();
  expect({ status, signal, stdout }).toEqual({ status: null, signal: "SIGINT", stdout: "" });
  expect(stderr).toMatch(/^(\d of 3 nodes\n)?$/);
});

test("the token comes from a file or from standard input", () => {
  const { PROXMOX_VE_API_TOKEN: token, ...env } = environment;
  const args = ["inspect", "--nodes", "pve1", "--api-token-file", "-"];
  const { status, stdout } = spawnSync(binary, args, { env, encoding: "utf8", input: "" });
  expect({ status, stdout, token: typeof token }).toEqual({ status: 1, stdout: "", token: "string" });
});

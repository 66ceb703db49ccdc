/** `npm run demo`, behind its bootstrap, which has tests of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import stringWidth from "string-width";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { runProgram } from "../support/cli/spawned.ts";
import { readProjectFile } from "../support/documentation.ts";
import { codeBlocks } from "../support/markdown.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { Command, processesWith } from "../support/tofu/process.ts";

const SECRET = "b4a6c2de-1111-4222-8333-5ec4e7ab1e00";

const SCRIPT = join(projectRoot, "scripts", "demo.ts");

let temporary: string;

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "gpuhost-demo-test-"));
});
afterEach(() => {
  rmSync(temporary, { recursive: true, force: true });
});

/** A home and a temporary folder of its own, and the pinned tools, since this is not about building them. */
function demoEnvironment(): Record<string, string> {
  return {
    PATH: [dirname(inject("tofu")), process.env["PATH"]].join(delimiter),
    XDG_CACHE_HOME: join(inject("bpg"), "../../../.."),
    HOME: temporary,
    TMPDIR: temporary,
  };
}

function demo(environment: Readonly<Record<string, string>> = {}): Command {
  return new Command({
    executable: process.execPath,
    args: [SCRIPT],
    directory: projectRoot,
    environment: { ...demoEnvironment(), ...environment },
    timeoutMs: 120_000,
  });
}

/** What the demo has left in its folder, and the processes that it has left running. */
function leftovers(): string[] {
  return [...readdirSync(temporary), ...processesWith("HOME", temporary)];
}

describe("without a cluster in the environment", () => {
  test("the story is the one in the README, short and narrow, and leaves nothing behind", async () => {
    const { status, stdout, output } = await demo().done;
    expect(status, output).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    const block = codeBlocks(readProjectFile("README.md")).find(({ text }) => text.includes("$ tofu plan"));
    expect(ordered(lines)).toStrictEqual(ordered((block?.text ?? "").trimEnd().split("\n")));
    // With the four lines that npm prints, and the one in which inspect says how far it is.
    expect(lines.length + 5).toBeLessThanOrEqual(60);
    expect(lines.filter((line) => stringWidth(line) > 80)).toStrictEqual([]);
    expect(leftovers()).toStrictEqual([]);
  });

  test("nothing of the user's own access reaches the stand-in or the output", async () => {
    const { status, output } = await demo({
      PROXMOX_VE_API_TOKEN: `me@pve!mine=${SECRET}`,
      PROXMOX_VE_PASSWORD: SECRET,
      GPUHOST_CA_FILE: "/nowhere/ca.pem",
      HTTPS_PROXY: `http://me:${SECRET}@127.0.0.1:9`,
      TF_CLI_ARGS_plan: "-destroy",
      TF_LOG: "trace",
    }).done;
    expect(status, output).toBe(0);
    expect(output).toContain("PROXMOX_VE_API_TOKEN is set, but not PROXMOX_VE_ENDPOINT");
    expect(output).toContain("Plan: 3 to add, 0 to change, 0 to destroy.");
    expect(output).not.toContain(SECRET);
    expect(leftovers()).toStrictEqual([]);
  });
});

/** Mappings are made side by side: the lines that say so stand in no order. */
function ordered(lines: readonly string[]): string[] {
  const done = /\]: Creation complete$/;
  const sorted = lines.filter((line) => done.test(line)).toSorted();
  return lines.map((line) => (done.test(line) ? (sorted.shift() ?? "") : line));
}

test("a reader who leaves ends it without a word, and nothing is left behind", async () => {
  const { status, stdout, stderr } = await runProgram(
    "bash",
    ["-c", 'set -o pipefail; "$0" "$1" | head -1', process.execPath, SCRIPT],
    {
      env: demoEnvironment(),
      cwd: projectRoot,
    },
  );
  expect({ status, lines: stdout.split("\n").length }).toEqual({ status: 141, lines: 2 });
  expect(stderr).toMatch(/^(\d of 2 nodes\n)?$/);
  expect(leftovers()).toStrictEqual([]);
});

test("a signal while OpenTofu is being built ends the build too", async () => {
  const folder = join(temporary, "bin");
  mkdirSync(folder);
  writeFileSync(join(folder, "go"), "#!/bin/sh\nexec /bin/sleep 600\n", { mode: 0o755 });
  // The signal is for the demo alone, so a process group of its own would not do.
  const child = spawn(process.execPath, [SCRIPT], {
    env: { PATH: folder, HOME: temporary, TMPDIR: temporary, XDG_CACHE_HOME: join(temporary, "cache") },
    stdio: "ignore",
  });
  await expect.poll(() => processesWith("HOME", temporary), { timeout: 60_000 }).toContain("/bin/sleep 600");
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toStrictEqual([143, null]);
  await expect.poll(() => processesWith("HOME", temporary)).toStrictEqual([]);
});

describe("with a cluster in the environment", () => {
  let pve: PveStandIn;

  beforeEach(async () => {
    pve = await startPve();
  });
  afterEach(() => pve.close());

  function environment(token: string): Record<string, string> {
    return { PROXMOX_VE_ENDPOINT: pve.endpoint, PROXMOX_VE_API_TOKEN: token, GPUHOST_CA_FILE: pve.caFile };
  }

  test("the demo shows that one, and asks only", async () => {
    const { status, stdout, output } = await demo(environment(pve.tokens.mapper)).done;
    expect(status, output).toBe(0);
    expect(output).toContain("The cluster of your environment is read, and nothing is changed there.\n");
    expect(output).toContain("├─ 0000:01:00 NVIDIA Corporation GA102 [GeForce RTX 3090]\n");
    expect(output).toMatch(/^error {3}mappings {3}gpu-moved: no guest with it starts on pve1/m);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(
      "dist/plugins/*/*/*/*/*/terraform-provider-gpuhost_v* inspect --hcl > gpus.tf",
    );
    expect(pve.requests.lines.filter((line) => !line.startsWith("GET "))).toStrictEqual([]);
    expect(leftovers()).toStrictEqual([]);
  });

  test("a refusal ends it with what the provider says, exit status 1, and nothing left behind", async () => {
    const { status, output } = await demo(environment(pve.tokens.nothing)).done;
    expect(status).toBe(1);
    expect(output).toContain("error: Unable to Read PCI Devices\n");
    expect(output).not.toContain("gpuhost doctor");
    expect(leftovers()).toStrictEqual([]);
  });

  test("of a host that is not trusted it says how it can be", async () => {
    const { GPUHOST_CA_FILE: _, ...without } = environment(pve.tokens.mapper);
    const { status, output } = await demo(without).done;
    expect(status).toBe(1);
    for (const word of [
      pve.fingerprint,
      "GPUHOST_CA_FILE",
      "GPUHOST_FINGERPRINTS",
      "PROXMOX_VE_INSECURE=true",
    ]) {
      expect(output).toContain(word);
    }
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "%s stops it at once, with exit status %i and nothing left behind",
    async (signal, expected) => {
      pve.faults.add({ kind: "hang" }, { path: /hardware/ });
      const command = demo(environment(pve.tokens.discovery));
      const reading = pve.requests.waitFor(({ path }) => path.endsWith("/hardware/pci"));
      await Promise.race([reading, command.done]);
      command.signal(signal);
      const { status, output } = await command.done;
      expect(output).not.toContain("Error");
      expect(status, output).toBe(expected);
      await pve.closedByClients();
      expect(leftovers()).toStrictEqual([]);
    },
  );
});

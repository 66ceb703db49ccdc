import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Command } from "../support/tofu/process.ts";

const MAIN = fileURLToPath(new URL("../support/pve/main.ts", import.meta.url));
const CLUSTER = fileURLToPath(new URL("../fixtures/clusters/release-8.4.json", import.meta.url));

const started: Command[] = [];

function start(...args: string[]): Command {
  const command = new Command({
    executable: process.execPath,
    args: [MAIN, ...args],
    directory: "/",
    environment: { PATH: process.env["PATH"] ?? "" },
    timeoutMs: 20_000,
  });
  started.push(command);
  return command;
}

afterEach(async () => {
  for (const command of started.splice(0)) {
    command.signal("SIGKILL");
    await command.done;
  }
});

interface Ready {
  readonly endpoint: string;
  readonly api_token: string;
  readonly ca_file: string;
}

function readyIn(output: string): Ready {
  return JSON.parse(output.split("\n").find((line) => line.startsWith("{")) ?? "") as Ready;
}

async function untilReady(command: Command): Promise<Ready> {
  await command.waitForOutput(/^\{.*\}\n/m);
  return readyIn(command.output);
}

/** Asks the running stand-in, as a program that was given the CA's file. */
async function ask(ready: Ready, path: string): Promise<string> {
  const script =
    "fetch(process.argv[1] + '/api2/json' + process.argv[3], { headers: { Authorization: 'PVEAPIToken=' + process.argv[2] } })" +
    ".then((answer) => answer.text()).then(console.log)";
  const child = spawn(process.execPath, ["-e", script, ready.endpoint, ready.api_token, path], {
    env: { NODE_EXTRA_CA_CERTS: ready.ca_file },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(child, "close");
  return output;
}

describe("the stand-in by itself", () => {
  it.each([
    [[], '"release":"9.2"'],
    [["--hardware", CLUSTER], '"release":"8.4"'],
  ])("prints one line when it is ready, serves and leaves nothing: %o", async (args, release) => {
    const command = start(...args);
    const ready = await untilReady(command);
    expect(Object.keys(ready)).toEqual(["endpoint", "api_token", "ca_file"]);
    expect(await ask(ready, "/version")).toContain(release);
    command.signal("SIGTERM");
    const run = await command.done;
    expect([run.status, run.stdout]).toEqual([0, `${JSON.stringify(ready)}\n`]);
    expect(existsSync(ready.ca_file)).toBe(false);
  });

  it("gives a person three lines to paste, by which a shell has what the line of JSON says", async () => {
    const command = start();
    const ready = await untilReady(command);
    command.signal("SIGTERM");
    const { stderr } = await command.done;
    expect(stderr.split("\n").map((line) => line.split("=")[0])).toEqual([
      "export PROXMOX_VE_ENDPOINT",
      "export PROXMOX_VE_API_TOKEN",
      "export SSL_CERT_FILE",
      "",
    ]);
    const print = 'printf "%s\\n" "$PROXMOX_VE_ENDPOINT" "$PROXMOX_VE_API_TOKEN" "$SSL_CERT_FILE"';
    const said = execFileSync("sh", ["-c", `${stderr}${print}`], { encoding: "utf8" });
    expect(said.trimEnd().split("\n")).toEqual([ready.endpoint, ready.api_token, ready.ca_file]);
  });

  it.each([
    [
      ["--hardware", "/no/such/file.json"],
      1,
      "Error: ENOENT: no such file or directory, open '/no/such/file.json'\n",
    ],
    [["--hardware", MAIN], 1, `Error: ${MAIN}: is not JSON\n`],
    [
      ["--hardwear", CLUSTER],
      2,
      "Error: There is no option --hardwear; did you mean --hardware?\nTry: npm run pve -- --help\n",
    ],
    [
      [CLUSTER],
      2,
      `Error: "${CLUSTER}" is not an option, and nothing else is taken.\nTry: npm run pve -- --help\n`,
    ],
  ])("refuses %o", async (args, status, message) => {
    const run = await start(...args).done;
    expect([run.status, run.stdout, run.stderr]).toEqual([status, "", message]);
  });

  it("serves no member that is down, so that a configuration that reads all of them can", async () => {
    const ready = await untilReady(start());
    expect(await ask(ready, "/nodes")).toMatch(/pve1[\s\S]*pve2|pve2[\s\S]*pve1/);
    expect(await ask(ready, "/nodes")).not.toContain("offline");
  });
});

describe("a hardware file that is edited", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gpuhost-pve-main-"));
    file = join(folder, "lab.json");
    cpSync(CLUSTER, file);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const edit = (change: (text: string) => string): void =>
    writeFileSync(file, change(readFileSync(file, "utf8")));

  it("is served as it is then, however it is written; a broken edit changes nothing", async () => {
    const command = start("--hardware", file);
    const ready = await untilReady(command);
    const hardware = (): Promise<string> => ask(ready, "/nodes/pve-02/hardware/pci?pci-class-blacklist=");
    expect(await hardware()).toContain("0000:03:00.0");

    edit((text) => text.replaceAll("0000:03:00", "0000:09:00"));
    await command.waitForOutput(/is read again: node pve-02, mapping rtx3090 changed\.\n/);
    expect(await hardware()).toContain("0000:09:00.0");
    expect(await hardware()).not.toContain("0000:03:00.0");

    edit((text) => text.slice(0, -20));
    await command.waitForOutput(/Error: .*lab\.json: is not JSON\. What it said before is still served\.\n/);
    expect(await hardware()).toContain("0000:09:00.0");

    // As editors do that write beside the file and move.
    const fresh = join(folder, "fresh.json");
    writeFileSync(fresh, readFileSync(CLUSTER, "utf8").replaceAll("0000:03:00", "0000:0a:00"));
    renameSync(fresh, file);
    await command.waitForOutput(/(?:is read again: node pve-02, mapping rtx3090 changed\.\n[\s\S]*){2}/);
    expect(await hardware()).toContain("0000:0a:00.0");

    command.signal("SIGTERM");
    expect(await command.done).toMatchObject({ status: 0 });
  });
});

describe("whatever ends it", () => {
  /** Runs it below a process that is to npm what npm is: the parent of the bootstrap. */
  async function belowNpm(): Promise<{ command: Command; npm: number; ready: Ready }> {
    const bootstrap = fileURLToPath(new URL("../../scripts/bootstrap.mjs", import.meta.url));
    const script = `const { spawn } = require("node:child_process");
      spawn(process.execPath, ${JSON.stringify([bootstrap, MAIN])}, { stdio: "inherit" });
      console.error("pid " + process.pid);`;
    const command = new Command({
      executable: process.execPath,
      args: ["-e", script],
      directory: "/",
      environment: { PATH: process.env["PATH"] ?? "", npm_lifecycle_event: "pve" },
      timeoutMs: 60_000,
    });
    started.push(command);
    await command.waitForOutput(/ca_file.*\n/);
    const npm = Number(/pid (\d+)/.exec(command.output)?.[1]);
    return { command, npm, ready: readyIn(command.output) };
  }

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("nothing is left after %s", async (signal) => {
    const command = start();
    const { ca_file } = await untilReady(command);
    command.signal(signal);
    expect(await command.done).toMatchObject({ status: 0 });
    expect(existsSync(ca_file)).toBe(false);
  });

  it.each(["SIGKILL", "SIGTERM"] as const)("nothing is left when npm gets %s alone", async (signal) => {
    const { command, npm, ready } = await belowNpm();
    process.kill(npm, signal);
    await command.done;
    expect(existsSync(ready.ca_file)).toBe(false);
  });

  it("nothing is left when it is told before it is ready", async () => {
    for (const wait of [150, 250, 350, 450]) {
      const command = start();
      await new Promise((resolve) => setTimeout(resolve, wait));
      command.signal("SIGTERM");
      await command.done;
      const printed = command.output.includes("ca_file") ? readyIn(command.output).ca_file : null;
      expect(printed === null || !existsSync(printed)).toBe(true);
    }
  });
});

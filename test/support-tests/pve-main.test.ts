import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
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

/** Asks the running stand-in for its version, as a program that was given the CA's file. */
async function askVersion(ready: { endpoint: string; api_token: string; ca_file: string }): Promise<string> {
  const script =
    "fetch(process.argv[1] + '/api2/json/version', { headers: { Authorization: 'PVEAPIToken=' + process.argv[2] } })" +
    ".then((answer) => answer.text()).then(console.log)";
  const child = spawn(process.execPath, ["-e", script, ready.endpoint, ready.api_token], {
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
    await command.waitForOutput(/\n/);
    const ready = JSON.parse(command.output) as { endpoint: string; api_token: string; ca_file: string };
    expect(Object.keys(ready)).toEqual(["endpoint", "api_token", "ca_file"]);
    expect(await askVersion(ready)).toContain(release);
    command.signal("SIGTERM");
    expect(await command.done).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(ready.ca_file)).toBe(false);
  });

  it.each([
    [
      ["--hardware", "/no/such/file.json"],
      "Error: ENOENT: no such file or directory, open '/no/such/file.json'\n",
    ],
    [["--hardware", MAIN], `Error: ${MAIN}: is not JSON\n`],
    [["--colour"], "Error: Unknown option '--colour'\n"],
  ])("refuses %o", async (args, message) => {
    const run = await start(...args).done;
    expect([run.status, run.stdout, run.stderr]).toEqual([1, "", message]);
  });
});

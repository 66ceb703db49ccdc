/** What a run under a fault would find, planted in a program of our own: the measuring itself sees what the judge then tells. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Reference } from "../support/faults/judge.ts";
import type { FaultKind } from "../support/faults/kind.ts";
import { runFault } from "../support/faults/run.ts";
import { SAME } from "../support/faults/strike.ts";

const VALUES = { endpoint: "https://pve1:8006", warnings: [], devices: [] };
const reference: Reference = {
  told: [],
  state: Buffer.from('{"devices":[]}'),
  requests: ["/api2/json/version"],
  asked: ["/api2/json/version"],
};

/** Nothing happens to it; a read may take one second and the judge's allowance. */
const PLAIN: FaultKind = {
  name: "plain",
  group: "answer",
  wire: "nothing",
  strikes: "nothing",
  outcome: SAME,
  asked: 1,
  setting: { timeout: 1, retries: 0, credentials: "password" },
  arrange: () => undefined,
};

const PRELUDE = `
const { connect } = require("node:tls");
const { spawn } = require("node:child_process");
const answer = () => process.stdout.write(${JSON.stringify(JSON.stringify(VALUES))});
const secret = process.env.PROXMOX_VE_PASSWORD;
const ask = (times) => {
  if (times === 0) return answer();
  const { hostname, port } = new URL(process.env.PROXMOX_VE_ENDPOINT);
  const socket = connect({ host: hostname, port, rejectUnauthorized: false });
  socket.on("secureConnect", () => socket.write("GET /api2/json/version HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"));
  socket.once("data", () => { socket.destroy(); ask(times - 1); });
};
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "planted-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is found wrong with a program that does this instead of `inspect --json`. */
async function problemsOf(name: string, body: string): Promise<readonly string[]> {
  const file = join(folder, name.replaceAll(/\W/g, "-"));
  writeFileSync(file, `#!${process.execPath}\n${PRELUDE}\n${body}\n`);
  chmodSync(file, 0o755);
  const { problems } = await runFault(file, PLAIN, 1, reference, "inspect");
  return problems;
}

it("finds nothing wrong with a program that does what is right", async () => {
  expect(await problemsOf("right", "ask(1);")).toEqual([]);
});

it.each<[string, string, RegExp]>([
  [
    "a process that is left",
    `answer(); spawn(process.execPath, ["-e", "setTimeout(() => {}, 4000)"], { detached: true, stdio: "ignore" }).unref();`,
    /^processes are left: \S*node\S* -e setTimeout/,
  ],
  [
    "a connection that a process keeps open behind its end",
    `answer();
     const { port } = new URL(process.env.PROXMOX_VE_ENDPOINT);
     const code = "require('node:net').connect(" + port + ", '127.0.0.1', () => process.send('open')); setTimeout(() => process.exit(), 4000)";
     const child = spawn(process.execPath, ["-e", code], { detached: true, stdio: ["ignore", "ignore", "ignore", "ipc"] });
     child.once("message", () => { child.disconnect(); child.unref(); });`,
    /^a socket is open after the end$/,
  ],
  [
    "450 MiB of memory",
    "globalThis.all = Buffer.alloc(450 * 1024 * 1024, 1); setTimeout(answer, 300);",
    /^\d{3} MiB of memory were resident$/,
  ],
  ["a secret as it is", "answer(); console.error(secret);", /^A secret is in what the plugin has printed: /],
  [
    "a secret in base64",
    "answer(); console.error(Buffer.from(secret).toString('base64'));",
    /^A secret is in what the plugin has printed: /,
  ],
  [
    "a secret as in a URL",
    "answer(); console.error(encodeURIComponent(secret));",
    /^A secret is in what the plugin has printed: /,
  ],
  [
    "a secret as in a form",
    "answer(); console.error(String(new URLSearchParams({ secret })));",
    /^A secret is in what the plugin has printed: /,
  ],
  ["a control character", "answer(); console.error('\\u001b[2J');", /^control characters: "\\u001b\[2J\\n"$/],
  [
    "a stack trace",
    "console.error('error: Broken\\n  ' + new Error('broken').stack); process.exitCode = 1;",
    /^a stack trace: Broken\n/,
  ],
  [
    "values that lack something, without a warning",
    `process.stdout.write('{"warnings":[],"devices":null}');`,
    /^other values than without the fault$/,
  ],
  [
    "values beside an error",
    "answer(); console.error('error: Broken\\n  It is.'); process.exitCode = 1;",
    /^values beside an error$/,
  ],
  [
    "a request that is repeated in vain",
    "ask(3);",
    /^GET \/api2\/json\/version was asked 3 times, where 1 are the most$/,
  ],
  [
    "a read beyond its time",
    "setTimeout(answer, 5500);",
    /^\d{4,} ms, \d+ of them .*, where 5000 are the most$/,
  ],
  [
    "an exit status that is not the values'",
    "answer(); process.exitCode = 3;",
    /^the provider ended with 3, where 0 is right$/,
  ],
])("finds %s", { timeout: 120_000 }, async (name, body, problem) => {
  expect(await problemsOf(name, body)).toContainEqual(expect.stringMatching(problem));
});

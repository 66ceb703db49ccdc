/** What every test is searched for is found, whatever a program does to it; and what is no secret is not. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runProgram } from "../support/cli/spawned.ts";
import { launchProcess } from "../support/host/launch.ts";
import { startPve } from "../support/pve/stand-in.ts";
import { PASSWORD, standardAccess } from "../support/pve/standard-access.ts";
import { capabilitiesOf } from "../support/pve/version.ts";
import { assertNoSecretsBelow } from "../support/secrets/files.ts";
import { SecretFinder } from "../support/secrets/finder.ts";
import { assertNoSecret } from "../support/secrets/known.ts";
import { Workspace } from "../support/tofu/workspace.ts";

const SECRET = 'tok+en/äb"c d\\e=fg12345';
const found = (text: string) => new SecretFinder([SECRET]).find(Buffer.from(text))?.piece;

test.for([
  ["as it is", SECRET],
  ["in base64", Buffer.from(SECRET).toString("base64")],
  ["in base64 behind a name", Buffer.from(`user:${SECRET}`).toString("base64")],
  ["in base64 behind another", Buffer.from(`user::${SECRET}`).toString("base64")],
  ["in the base64 of URLs", Buffer.from(`u:${SECRET}`).toString("base64url")],
  ["in hexadecimal", Buffer.from(SECRET).toString("hex")],
  ["in a URL", encodeURIComponent(SECRET)],
  ["in JSON", JSON.stringify(SECRET)],
  ["in capitals", SECRET.toUpperCase()],
  ["without its ends", SECRET.slice(4, 17)],
  ["in half of its base64", Buffer.from(SECRET).toString("base64").slice(5, 18)],
] as const)("a secret is found %s", ([, text]) => {
  expect(found(`before ${text} behind`)).toBeDefined();
});

test("eleven characters are no piece", () => {
  expect(found(`${SECRET.slice(11, 22)} ${SECRET.slice(0, 10)}`)).toBeUndefined();
});

test("every secret of a stand-in is known", async () => {
  const { access, tokens } = standardAccess(capabilitiesOf("9.1.1"));
  const secrets = [...access.users.values()].flatMap(({ tokens: own }) => [...own.values()]);
  expect(secrets.length).toBeGreaterThan(8);
  for (const { secret } of secrets) expect(() => assertNoSecret(secret, "x")).toThrow("A secret is in x");
  for (const secret of [PASSWORD, tokens.unknown, tokens.wrongSecret])
    expect(() => assertNoSecret(secret, "x")).toThrow();
  expect(() => assertNoSecret("gpuhost@pve!discovery root@pam 0000:01:00.0", "x")).not.toThrow();
  const pve = await startPve();
  const ticket = pve.cluster.tickets.issue("gpu@pve", new Date());
  const csrf = pve.cluster.tickets.issueCsrfToken("gpu@pve", new Date());
  await pve.close();
  for (const secret of [ticket, csrf])
    expect(() => assertNoSecret(encodeURIComponent(secret), "x")).toThrow();
});

describe("what programs do with a secret", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "secrets-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const piece = PASSWORD.slice(2, 15);
  const print = ["-e", "console.log(process.env.PLANTED)"];
  const env = { PLANTED: piece };

  test("is found where it is printed", async () => {
    await expect(runProgram(process.execPath, print, { env })).rejects.toThrow(
      "A secret is in what the program",
    );
    const plugin = launchProcess({ command: process.execPath, arguments: print, variables: env });
    await plugin.exited;
    await expect(plugin[Symbol.asyncDispose]()).rejects.toThrow("A secret is in what the plugin has printed");
  });

  test("is found in a file, and in a plan", () => {
    writeFileSync(join(directory, "main.tf"), PASSWORD);
    expect(() => assertNoSecretsBelow(directory, (path) => path === "main.tf")).not.toThrow();
    mkdirSync(join(directory, "a"));
    writeFileSync(join(directory, "a", "state.json"), JSON.stringify({ x: PASSWORD }));
    expect(() => assertNoSecretsBelow(directory, (path) => path === "main.tf")).toThrow("in a/state.json");
    rmSync(join(directory, "a"), { recursive: true });
    const zip = (entry: string) =>
      writeFileSync(join(directory, "plan"), zipSync({ [entry]: Buffer.from(`… ${PASSWORD}`) }));
    zip("tfconfig/m-/main.tf");
    expect(() => assertNoSecretsBelow(directory, (path) => path === "main.tf")).not.toThrow();
    zip("tfplan");
    expect(() => assertNoSecretsBelow(directory, (path) => path === "main.tf")).toThrow("in plan, tfplan");
  });

  test("is found in what a host prints, and in its folder", async () => {
    const workspace = new Workspace({ executable: process.execPath, mirror: directory });
    const environment = env;
    await expect(workspace.run(print, { environment })).rejects.toThrow("A secret is in the output of");
    await workspace.run(["-e", "require('fs').writeFileSync('crash.log', process.env.PLANTED)"], {
      environment,
    });
    expect(() => workspace.remove()).toThrow("A secret is in configuration/crash.log");
  });
});

/** `npm run pve` as a new user meets it: the README's configurations work on it, and the guide for drift does what it says. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, expect, inject, onTestFinished, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { readProjectFile } from "../support/documentation.ts";
import { codeBlocks } from "../support/markdown.ts";
import { BOTH_PROVIDERS, bpg } from "../support/tofu/bpg.ts";
import { diagnosticsOf, flowingText } from "../support/tofu/diagnostics.ts";
import { Example } from "../support/tofu/example.ts";
import { Command } from "../support/tofu/process.ts";
import { Workspace } from "../support/tofu/workspace.ts";

const MAIN = join(projectRoot, "test/support/pve/main.ts");

const started: Command[] = [];
afterEach(async () => {
  for (const command of started.splice(0)) {
    command.signal("SIGTERM");
    await command.done;
  }
});

/** Starts the stand-in and gives the environment that its line of JSON says. */
async function serve(...args: string[]): Promise<{ pve: Command; environment: Record<string, string> }> {
  const pve = new Command({
    executable: process.execPath,
    args: [MAIN, ...args],
    directory: projectRoot,
    environment: { PATH: process.env["PATH"] ?? "" },
    timeoutMs: 170_000,
  });
  started.push(pve);
  await pve.waitForOutput(READY);
  const { endpoint, api_token, ca_file } = JSON.parse(READY.exec(pve.output)?.[0] ?? "") as Record<
    string,
    string
  >;
  const environment = {
    PROXMOX_VE_ENDPOINT: endpoint ?? "",
    PROXMOX_VE_API_TOKEN: api_token ?? "",
    SSL_CERT_FILE: ca_file ?? "",
  };
  return { pve, environment };
}

/** What it prints for programs; beside it there are lines for people. */
const READY = /^\{.*\}$/m;

async function open(environment: Record<string, string>, configuration: string): Promise<Workspace> {
  const workspace = new Workspace({
    executable: inject("tofu"),
    mirror: inject("mirror"),
    further: [bpg()],
    environment,
    files: { "main.tf": configuration },
  });
  onTestFinished(() => workspace.remove());
  await workspace.init();
  return workspace;
}

const blocks = (path: string, language: string): string[] =>
  codeBlocks(readProjectFile(path))
    .filter((block) => block.language === language)
    .map(({ text }) => text);

test("the README's shortest configurations are applied as they stand, and then there is nothing to do", async () => {
  const { environment } = await serve();
  const [shortest = "", everyGpu = ""] = blocks("README.md", "terraform");
  expect(shortest).toContain("required_providers");
  for (const configuration of [shortest, BOTH_PROVIDERS + everyGpu]) {
    const workspace = await open(environment, configuration);
    expect((await workspace.planDiagnostics()).filter(({ severity }) => severity === "error")).toStrictEqual(
      [],
    );
    await workspace.succeed(["apply", "-auto-approve"]);
    expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
    await workspace.succeed(["destroy", "-auto-approve"]);
  }
});

test("the example that reads a whole cluster reads it", async () => {
  const { environment } = await serve();
  const example = new Example("cluster", {
    executable: inject("tofu"),
    mirror: inject("mirror"),
    environment,
  });
  onTestFinished(() => example.workspace.remove());
  await example.succeed("init");
  const run = await example.run("plan", "-json");
  expect(run.status, run.output).toBe(0);
  expect(diagnosticsOf(run).filter(({ severity }) => severity === "error")).toStrictEqual([]);
});

test("the guide for drift does what it says", async () => {
  const guide = "docs/guides/drift.md";
  const text = flowingText(readProjectFile(guide));
  const [setUp = "", ...sessions] = blocks(guide, "sh").filter((block) => !block.startsWith("gpuhost "));
  const folder = new Workspace({ executable: inject("tofu"), mirror: inject("mirror") });
  onTestFinished(() => folder.remove());
  const lab = join(folder.directory, "lab.json");
  const shell = (line: string): void => {
    execFileSync("sh", ["-c", line.replaceAll("/tmp/lab.json", lab)], { cwd: projectRoot });
  };

  const [copy = "", start = ""] = setUp.trim().split("\n");
  shell(copy);
  expect(start).toBe("npm run pve -- --hardware /tmp/lab.json");
  const { pve, environment } = await serve("--hardware", lab);
  const [configuration = ""] = blocks(guide, "terraform");
  const workspace = await open(environment, BOTH_PROVIDERS + configuration);

  const said: string[] = [];
  for (const line of sessions.flatMap((session) => session.trim().split("\n"))) {
    const [command, verb = ""] = line.split(" ");
    if (command === "sed") {
      shell(line);
      await pve.waitForOutput(/lab\.json is read again: node twin-2 changed\.\n/);
    } else {
      const answer = await workspace.succeed([verb, ...(verb === "apply" ? ["-auto-approve"] : [])]);
      said.push(`${verb}: ${flowingText(answer.output)}`);
    }
  }
  const [init, made, drift, repaired, again] = said;
  expect(init).toMatch(/^init: /);
  expect(made).toContain("1 added, 0 changed");
  for (const words of [
    "Check block assertion failed",
    "render on twin-2: pci device '0000:01:00.0' not found",
  ]) {
    expect(text).toContain(words);
    expect(drift).toContain(words);
  }
  expect(drift).toContain("0 to add, 1 to change, 0 to destroy");
  expect(repaired).toContain("0 added, 1 changed, 0 destroyed");
  expect(again).toContain("No changes.");
});

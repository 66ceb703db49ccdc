import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { diagnosticsOf, flowingText } from "../support/tofu/diagnostics.ts";
import type { Run } from "../support/tofu/process.ts";
import { Workspace, type WorkspaceOptions } from "../support/tofu/workspace.ts";

const opened: Workspace[] = [];

/** A workspace in which Node plays OpenTofu: `-e` runs a script. */
function open(options: Partial<WorkspaceOptions> = {}): Workspace {
  const workspace = new Workspace({ executable: process.execPath, mirror: "/the/mirror", ...options });
  opened.push(workspace);
  return workspace;
}

afterEach(() => {
  for (const workspace of opened.splice(0)) workspace.remove();
});

const answer = (stdout: string): Run => ({ status: 0, signal: null, stdout, stderr: "", output: stdout });

describe("a workspace", () => {
  it("passes on nothing of the caller's environment but PATH", async () => {
    process.env["PROXMOX_VE_ENDPOINT"] = "https://somebody.example:8006";
    const workspace = open({ environment: { GIVEN: "1" } });
    const { stdout } = await workspace.succeed(["-e", "console.log(JSON.stringify(process.env))"], {
      environment: { FOR_THIS_RUN: "2" },
    });
    delete process.env["PROXMOX_VE_ENDPOINT"];
    expect(Object.keys(JSON.parse(stdout) as object).toSorted()).toEqual([
      "CHECKPOINT_DISABLE",
      "FOR_THIS_RUN",
      "GIVEN",
      "HOME",
      "PATH",
      "TF_CLI_CONFIG_FILE",
      "TF_INPUT",
      "TMPDIR",
    ]);
  });

  it("lets providers come from the mirrors only", () => {
    const workspace = open({
      further: [{ address: "registry.opentofu.org/bpg/proxmox", version: "0.111.1", executable: "/bin/bpg" }],
    });
    const config = readFileSync(workspace.environment["TF_CLI_CONFIG_FILE"] ?? "", "utf8");
    const further = join(workspace.directory, "..", "further-providers");
    expect(config).toBe(
      "provider_installation {\n" +
        `  filesystem_mirror {\n    path = "/the/mirror"\n  }\n` +
        `  filesystem_mirror {\n    path = ${JSON.stringify(further)}\n  }\n}\n`,
    );
    const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
    const program = `registry.opentofu.org/bpg/proxmox/0.111.1/${platform}/terraform-provider-proxmox_v0.111.1`;
    expect(readlinkSync(join(further, program))).toBe("/bin/bpg");
  });

  it("writes and reads files, folders included", () => {
    const workspace = open({ files: { "main.tf": "# one" } });
    workspace.write("modules/a/main.tf", "# two");
    expect([workspace.read("main.tf"), workspace.read("modules/a/main.tf")]).toEqual(["# one", "# two"]);
  });

  it("asks for output without colour where that is known", async () => {
    const workspace = open({ executable: "/bin/echo" });
    expect((await workspace.run(["plan", "-json"])).stdout).toBe("plan -no-color -json\n");
    expect((await workspace.run(["version"])).stdout).toBe("version\n");
  });

  it("fails with the output of a command that had to succeed", async () => {
    const run = open().succeed(["-e", "console.error('why'); process.exit(3)"]);
    await expect(run).rejects.toThrow("ended with 3:\nwhy\n");
  });

  it("kills what takes too long", async () => {
    const run = open().run(["-e", "setInterval(() => {}, 1000)"], { timeoutMs: 50 });
    await expect(run).rejects.toThrow("took more than 50 ms");
  });

  it("interrupts a command and its children as Ctrl-C does", async () => {
    const child =
      "process.on('SIGINT', () => { console.log('child'); process.exit() }); console.log('up'); setInterval(() => {}, 1000)";
    const script =
      `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });` +
      `process.on('SIGINT', () => { console.log('parent'); process.exit(7) }); setInterval(() => {}, 1000)`;
    const workspace = open();
    const command = workspace.start(["-e", script]);
    await command.waitForOutput(/up/);
    expect(workspace.processes()).toHaveLength(2);
    command.interrupt();
    const run = await command.done;
    expect(run.status).toBe(7);
    expect(run.stdout.trim().split("\n").toSorted()).toEqual(["child", "parent", "up"]);
    expect(workspace.processes()).toEqual([]);
  });

  it("tells when a command ends without the output waited for", async () => {
    const command = open().start(["-e", "console.log('no')"]);
    await expect(command.waitForOutput(/yes/)).rejects.toThrow("ended without printing /yes/:\nno\n");
  });

  it("lists what is left in the temporary folder and removes everything", async () => {
    const workspace = open();
    await workspace.succeed([
      "-e",
      "require('node:fs').writeFileSync(require('node:os').tmpdir() + '/left', '')",
    ]);
    expect(workspace.temporaryFiles()).toEqual(["left"]);
    workspace.remove();
    expect(existsSync(workspace.directory)).toBe(false);
  });
});

describe("diagnostics", () => {
  const expected = {
    severity: "error",
    summary: "Bad",
    detail: "Because.",
    address: "data.x.y",
    snippet: { context: 'data "x" "y"', code: '  a = ["é"]', marked: '["é"]' },
  };
  const raw = {
    severity: "error",
    summary: "Bad",
    detail: "Because.",
    address: "data.x.y",
    range: { filename: "main.tf" },
    snippet: {
      context: 'data "x" "y"',
      code: '  a = ["é"]',
      highlight_start_offset: 6,
      highlight_end_offset: 12,
    },
  };

  it("are read from one object", () => {
    const run = answer(JSON.stringify({ valid: false, diagnostics: [raw] }, null, 2));
    expect(diagnosticsOf(run)).toEqual([expected]);
  });

  it("are read from one object a line", () => {
    const lines = [{ type: "version" }, { type: "diagnostic", diagnostic: raw }].map((line) =>
      JSON.stringify(line),
    );
    expect(diagnosticsOf(answer(`${lines.join("\n")}\n`))).toEqual([expected]);
  });

  it("may have neither detail nor place", () => {
    const run = answer(
      JSON.stringify({ type: "diagnostic", diagnostic: { severity: "warning", summary: "Hm" } }),
    );
    expect(diagnosticsOf(run)).toEqual([
      { severity: "warning", summary: "Hm", detail: "", address: null, snippet: null },
    ]);
  });

  it("that are none are refused", () => {
    const run = answer(JSON.stringify({ type: "diagnostic", diagnostic: { severity: "note" } }));
    expect(() => diagnosticsOf(run)).toThrow('not a diagnostic: {"severity":"note"}');
  });
});

describe("the output for people", () => {
  it("is freed of its frame and line breaks", () => {
    const output = "\n╷\n│ Error: Bad\n│ \n│   on main.tf line 1:\n│ A long\n│ sentence.\n╵\n";
    expect(flowingText(output)).toBe("Error: Bad on main.tf line 1: A long sentence.");
  });
});

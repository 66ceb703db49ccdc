/** `npm run demo`, behind its bootstrap, which has tests of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { flowingText } from "../support/tofu/diagnostics.ts";
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

/** Starts the demo with a home and a temporary folder of its own. */
function demo(environment: Readonly<Record<string, string>> = {}): Command {
  return new Command({
    executable: process.execPath,
    args: [SCRIPT],
    directory: projectRoot,
    environment: {
      // The pinned OpenTofu is there: this is not about building it.
      PATH: [dirname(inject("tofu")), process.env["PATH"]].join(delimiter),
      HOME: temporary,
      TMPDIR: temporary,
      ...environment,
    },
    timeoutMs: 120_000,
  });
}

/** What the demo has left in its folder, and the processes that it has left running. */
function leftovers(): string[] {
  return [...readdirSync(temporary), ...processesWith("HOME", temporary)];
}

describe("without a cluster in the environment", () => {
  test("the demo reads both stand-ins, shows GPUs, mappings and warnings, and leaves nothing behind", async () => {
    const { status, output } = await demo().done;
    expect(status, output).toBe(0);
    for (const command of ["$ tofu init\n", "$ tofu plan -out=demo.tfplan\n", "$ tofu apply demo.tfplan\n"]) {
      expect(output).toContain(command);
    }
    const applied = output.slice(output.indexOf("Outputs:"));
    for (const release of ["pve7", "pve9"]) {
      const gpus = heredoc(applied, `${release}_gpus`);
      expect(gpus[0]).toMatch(/^NODE +PATH +ID +SUBSYSTEM +GROUP +ISOLATED +KIND +NAME$/);
      expect(gpus).toContainEqual(
        expect.stringMatching(/^pve1 +0000:01:00 +10de:2204 +1462:3884 +14 +yes +card +NVIDIA .*RTX 3090]$/),
      );
      expect(gpus).toContainEqual(expect.stringMatching(/^pve2 +0000:a3:00\.0 +1da3:1020 +1da3:1020 +44 /));
      expect(gpus).toContainEqual(
        expect.stringMatching(/^pve3 +0000:03:00 +1002:73bf +1da2:e438 +- +unknown +card /),
      );
      expect(heredoc(applied, `${release}_mappings`)).toContain(
        'gpu-pve1-01-00 = {"comment":"NVIDIA Corporation GA102 [GeForce RTX 3090]","kind":"card","map":[{"comment":null,' +
          '"id":"10de:2204","iommu_group":14,"node":"pve1","path":"0000:01:00","subsystem_id":"1462:3884"}],' +
          '"mediated_devices":false,"node":"pve1"}',
      );
    }
    const text = flowingText(output);
    expect(text).toContain("Warning: IOMMU Is Off");
    expect(text).toContain("On pve3 no device is in an IOMMU group");
    expect(text).toContain("Warning: Node Left Out");
    expect(text).toContain("pve4: the cluster reports it as offline");
    expect(leftovers()).toStrictEqual([]);
  });

  test("nothing of the user's own access reaches the stand-ins or the output", async () => {
    const { status, output } = await demo({
      PROXMOX_VE_API_TOKEN: `me@pve!mine=${SECRET}`,
      PROXMOX_VE_PASSWORD: SECRET,
      GPUHOST_CA_FILE: "/nowhere/ca.pem",
      GPUHOST_ENDPOINTS: "https://127.0.0.1:9",
      HTTPS_PROXY: `http://me:${SECRET}@127.0.0.1:9`,
      TF_CLI_ARGS_plan: "-destroy",
      TF_LOG: "trace",
    }).done;
    expect(status, output).toBe(0);
    expect(output).toContain(
      "PROXMOX_VE_ENDPOINT is not set: to read your own cluster, set PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.\n",
    );
    expect(output).not.toContain(SECRET);
    expect(leftovers()).toStrictEqual([]);
  });
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
  await expect.poll(() => processesWith("HOME", temporary)).toContain("/bin/sleep 600");
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

  test("the demo reads that one alone", async () => {
    const { status, output } = await demo(environment(pve.tokens.discovery)).done;
    expect(status, output).toBe(0);
    expect(output).toContain("Reading the cluster that the environment names.\n");
    expect(output).not.toContain("Recorded answers");
    const applied = output.slice(output.indexOf("Outputs:"));
    expect(heredoc(applied, "gpus")).toContainEqual(expect.stringMatching(/^pve1 +0000:01:00 +10de:2204 /));
    expect(pve.requests.lines.filter((line) => line === "GET /nodes/pve1/hardware/pci")).toHaveLength(1);
    expect(leftovers()).toStrictEqual([]);
  });

  test("a refusal ends it with what the provider says, exit status 1, and nothing left behind", async () => {
    const { status, output } = await demo(environment(pve.tokens.nothing)).done;
    expect(status).toBe(1);
    expect(flowingText(output)).toContain("Error: Unable to Read PCI Devices");
    expect(output).toContain("Error: tofu plan ended with 1; see its message above.\n");
    expect(leftovers()).toStrictEqual([]);
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
      expect(output).toContain("Interrupt received.");
      expect(status).toBe(expected);
      await pve.closedByClients();
      expect(leftovers()).toStrictEqual([]);
    },
  );
});

/** The lines of an output that is a text of several lines. */
function heredoc(output: string, name: string): string[] {
  const text = new RegExp(`^${name} = <<EOT\\n(.*?)^EOT$`, "ms").exec(output)?.[1] ?? "";
  return text.trimEnd().split("\n");
}

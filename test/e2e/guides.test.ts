/** What the guides have a reader do, done on clusters that have the hardware that they speak of. */
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { runProgram } from "../support/cli/spawned.ts";
import { guidePaths, readProjectFile } from "../support/documentation.ts";
import { codeBlocks } from "../support/markdown.ts";
import { heldDevices, runningGuests } from "../support/pve/belongings.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { runPveum } from "../support/pve/pveum.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { pveumCommands, shellBlocks } from "../support/shell-blocks.ts";
import { BOTH_PROVIDERS, openConfiguration } from "../support/tofu/bpg.ts";
import { environmentOf, type Workspace } from "../support/tofu/workspace.ts";

/** A stand-in with the hardware of a fixture, or that of the recorded cluster. */
async function startCluster(name?: string): Promise<PveStandIn> {
  const source =
    name === undefined
      ? undefined
      : readHardwareFile(new URL(`../fixtures/clusters/${name}.json`, import.meta.url));
  const pve = await startPve(source === undefined ? {} : { source });
  onTestFinished(() => pve.close());
  return pve;
}

const guide = (name: string): string => `docs/guides/${name}.md`;

function configurations(name: string): string[] {
  return codeBlocks(readProjectFile(guide(name)))
    .filter(({ language }) => language === "terraform")
    .map(({ text }) => text);
}

/** A command of a guide in the folder of a configuration, by a person who has the binary. */
function runAsWritten(command: string, pve: PveStandIn, workspace: Workspace) {
  const env = { ...workspace.environment, ...environmentOf(pve, pve.tokens.root), gpuhost: inject("binary") };
  return runProgram("sh", ["-euc", command.replace(/^gpuhost /, '"$gpuhost" ')], {
    env,
    cwd: workspace.directory,
  });
}

const errors = (diagnostics: readonly { severity: string; summary: string; detail: string }[]) =>
  diagnostics.filter(({ severity }) => severity === "error");

test("from nothing: the token that is granted there makes the mapping and the VM, which runs with its GPU", async () => {
  const pve = await startCluster();
  const tokens = pveumCommands(guide("from-nothing")).flatMap(
    (command) => runPveum(pve.cluster.access, command) ?? [],
  );
  expect(tokens).toHaveLength(1);
  const [configuration = ""] = configurations("from-nothing");
  const workspace = await openConfiguration(pve, { "main.tf": configuration }, {}, tokens[0]);
  await workspace.succeed(["apply", "-auto-approve"]);
  expect(runningGuests(pve.cluster)).toMatchObject({
    gpu: { node: "pve1", hostpci: [expect.stringContaining("mapping=gpu,pcie=1")] },
  });
  expect(heldDevices(pve.cluster)).toContain("pve1/0000:01:00.0");
  expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
});

describe("adopting", () => {
  async function startAdopting(...kept: readonly string[]): Promise<PveStandIn> {
    const pve = await startCluster();
    // Offline in the recorded cluster.
    pve.cluster.nodes.delete("pve4");
    for (const name of pve.cluster.mappings.keys())
      if (!kept.includes(name)) pve.cluster.mappings.delete(name);
    return pve;
  }

  test("what inspect writes is imported, and nothing of it is changed", async () => {
    const pve = await startAdopting("gpu-ok", "igd-mdev");
    const before = structuredClone(pve.cluster.mappings);
    const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS });
    const [inspect = "", ...others] = shellBlocks(guide("adopting")).flatMap(({ commands }) => commands);
    expect(await runAsWritten(inspect, pve, workspace)).toMatchObject({ status: 0 });
    expect(others).toStrictEqual(["tofu init", "tofu plan"]);
    await workspace.init();
    expect((await workspace.succeed(["plan"])).output).toMatch(
      /Plan: 2 to import, \d+ to add, 0 to change, 0 to destroy\./,
    );
    await workspace.succeed(["apply", "-auto-approve"]);
    for (const [name, mapping] of before) expect(pve.cluster.mappings.get(name)).toStrictEqual(mapping);
    expect((await workspace.succeed(["plan"])).output).toContain("No changes.");
  });

  test("one mapping by hand is imported and not changed", async () => {
    const pve = await startAdopting("gpu-ok");
    const before = structuredClone(pve.cluster.mappings);
    const [byHand = "", asItIs = ""] = configurations("adopting");
    const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS + byHand + asItIs });
    expect((await workspace.succeed(["plan"])).output).toContain(
      "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.",
    );
    await workspace.succeed(["apply", "-auto-approve"]);
    expect(pve.cluster.mappings).toStrictEqual(before);
    expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
  });
});

describe("vGPU and SR-IOV", () => {
  const [nvidia = "", amd = ""] = configurations("vgpu-and-sr-iov");

  test("an NVIDIA card's functions and their types are found and mapped", async () => {
    const pve = await startCluster("nvidia-vgpu-9.2");
    const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS + nvidia });
    expect(errors(await workspace.planDiagnostics())).toStrictEqual([]);
    const { types } = await workspace.apply();
    expect(Object.keys(types as object)).toStrictEqual(
      expect.arrayContaining([expect.stringMatching(/^nvidia-\d+$/)]),
    );
    expect([...pve.cluster.mappings.keys()]).toStrictEqual(
      expect.arrayContaining([expect.stringMatching(/-vf-mdev$/)]),
    );
  });

  test("AMD's functions are mapped, on a Proxmox that tells them and on one that does not", async () => {
    for (const cluster of ["amd-vfs-9.2", "amd-vfs-8.4"]) {
      const pve = await startCluster(cluster);
      const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS + amd });
      await workspace.apply();
      expect([...pve.cluster.mappings.keys()]).toContain("gpu-1002-74b5-vf");
    }
  });
});

test("Arc's GPU and its sound become two mappings of one guest", async () => {
  const pve = await startCluster("arc-behind-bridges");
  const configuration = configurations("graphics").join("\n").replace('"pve1"', '"arc-acs"');
  const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS + configuration });
  const { hostpci } = await workspace.apply();
  expect(hostpci).toMatchObject([{ mapping: "arc-display" }, { mapping: "arc-sound" }]);
  const paths = ["arc-display", "arc-sound"].map((name) => String(pve.cluster.mappings.get(name)?.map));
  expect(paths).toStrictEqual([
    expect.stringContaining("0000:03:00.0"),
    expect.stringContaining("0000:04:00.0"),
  ]);
});

test("the token with least rights reads devices and mappings, and makes none", async () => {
  const pve = await startCluster("identical-cards");
  pve.cluster.access.revoke("gpuhost@pve");
  const tokens = pveumCommands(guide("token")).flatMap(
    (command) => runPveum(pve.cluster.access, command) ?? [],
  );
  const configuration = `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "gpus" {
  classes  = ["gpu"]
  at_least = 1
}
data "gpuhost_pci_mappings" "all" {}
`;
  const workspace = await openConfiguration(pve, { "main.tf": configuration }, {}, tokens[0]);
  expect(await workspace.planDiagnostics()).toStrictEqual([]);
  const mapping = `resource "proxmox_hardware_mapping_pci" "gpu" {
  name = "gpu"
  map  = data.gpuhost_pci_devices.gpus.gpus
}
`;
  workspace.write("mapping.tf", mapping);
  expect((await workspace.run(["apply", "-auto-approve"])).output).toContain("Mapping.Modify");
});

test("a tenant's token does not read the hardware, and may use one mapping", async () => {
  const pve = await startCluster("identical-cards");
  const [token = ""] = pveumCommands(guide("big-clusters")).flatMap(
    (command) => runPveum(pve.cluster.access, command) ?? [],
  );
  const configuration = `${BOTH_PROVIDERS}data "gpuhost_pci_devices" "gpus" {}\n`;
  const workspace = await openConfiguration(pve, { "main.tf": configuration }, {}, token);
  expect((await workspace.planDiagnostics()).map(({ summary }) => summary)).toStrictEqual([
    "Unable to Read PCI Devices",
  ]);
  const who = token.split("=")[0] ?? "";
  const { access } = pve.cluster;
  expect(access.allows(who, "/mapping/pci/tenant-a", "Mapping.Use")).toBe(true);
  expect(access.allows(who, "/mapping/pci/tenant-b", "Mapping.Use")).toBe(false);
  expect(access.allows(who, "/pool/tenant-a", "VM.Config.HWType")).toBe(true);
  expect(access.allows(who, "/vms/100", "VM.Audit")).toBe(false);
});

test("three workers by count have one GPU each, and nothing to do after that", async () => {
  const pve = await startCluster("identical-cards");
  const [configuration = ""] = configurations("gpus-by-count");
  const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS + configuration });
  await workspace.succeed(["apply", "-auto-approve"]);
  expect(Object.keys(runningGuests(pve.cluster)).toSorted()).toStrictEqual([
    "worker-1",
    "worker-2",
    "worker-3",
  ]);
  expect(heldDevices(pve.cluster).filter((path) => path.endsWith(".0"))).toHaveLength(3);
  expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
});

test("a guest that high availability has moved stays where it is", async () => {
  const pve = await startCluster("identical-cards");
  const [configuration = ""] = configurations("big-clusters");
  const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS + configuration });
  await workspace.succeed(["apply", "-auto-approve"]);
  const [guest] = [...pve.cluster.guests.values()];
  expect(guest?.node).toBe("twin-1");
  if (guest !== undefined) guest.node = "twin-2";
  expect((await workspace.succeed(["plan"])).output).toContain("No changes.");
  workspace.write("main.tf", (BOTH_PROVIDERS + configuration).replace("ignore_changes = [node_name]", ""));
  expect((await workspace.succeed(["plan"])).output).not.toContain("No changes.");
});

test("a module is tested with a mock of the provider", async () => {
  const pve = await startCluster("identical-cards");
  const [module = ""] = configurations("testing");
  const mock = codeBlocks(readProjectFile(guide("testing"))).find(({ text }) =>
    text.startsWith("mock_provider"),
  );
  const workspace = await openConfiguration(pve, {
    "main.tf": BOTH_PROVIDERS + module,
    "tests/gpus.tftest.hcl": mock?.text ?? "",
  });
  expect((await workspace.succeed(["test"])).output).toContain("1 passed, 0 failed");
  expect(pve.requests.requests).toStrictEqual([]);
});

test("the log has what the guide says, and no secret", async () => {
  const pve = await startCluster("identical-cards");
  const configuration = 'data "gpuhost_pci_devices" "all" {}\n';
  const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS + configuration });
  const page = readProjectFile(guide("when-something-goes-wrong"));
  const [exported = "", plan] = shellBlocks(guide("when-something-goes-wrong")).at(-1)?.commands ?? [];
  expect(plan).toBe("tofu plan");
  const environment = Object.fromEntries(
    exported
      .split(" ")
      .slice(1)
      .map((pair) => pair.split("=") as [string, string]),
  );
  await workspace.succeed(["plan"], { environment });
  const lines = workspace
    .read(environment["TF_LOG_PATH"] ?? "")
    .split("\n")
    .filter((line) => line.includes("provider.terraform-provider-gpuhost"));
  const answered = lines.filter((line) => line.includes("Proxmox answered"));
  expect(page).toContain("Proxmox answered");
  expect(answered.length).toBe(pve.requests.requests.length);
  for (const field of [pve.endpoint, "/nodes/twin-1/hardware/pci", "status=200"]) {
    expect(answered.join("\n")).toContain(field);
  }
  expect(lines.join("\n")).not.toContain(pve.tokens.mapper.split("=")[1]);
});

describe("commands", () => {
  const commands = guidePaths().flatMap((path) =>
    shellBlocks(path)
      .filter(({ elsewhere }) => !elsewhere)
      .flatMap((block) => block.commands),
  );

  test("of the binary run as they are written", async () => {
    const pve = await startCluster("identical-cards");
    const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS });
    const own = [...new Set(commands.filter((command) => command.startsWith("gpuhost ")))];
    expect(own.length).toBeGreaterThan(1);
    for (const command of own) {
      expect(await runAsWritten(command, pve, workspace), command).toMatchObject({ status: 0 });
    }
  });

  test("of OpenTofu have options that it knows", async () => {
    const pve = await startCluster("identical-cards");
    const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS });
    for (const command of new Set(commands.filter((one) => one.startsWith("tofu ")))) {
      const [verb = "", ...words] = command.split(" ").slice(1);
      // `providers` has commands of its own.
      const subcommand = verb === "providers" ? words.slice(0, 1) : [];
      const help = (await workspace.run([verb, ...subcommand, "-help"])).output;
      for (const word of words.filter((one) => one.startsWith("-"))) {
        expect(help).toContain(word.split("=")[0]);
      }
    }
  });
});

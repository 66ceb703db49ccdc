/** What a user reads when something is wrong: the exact messages, at the place that the configuration has for them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createCertificateAuthority } from "../support/pve/certificate.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import type { Diagnostic } from "../support/tofu/diagnostics.ts";
import { workspaceOf } from "../support/tofu/gpuhost.ts";
import { environmentOf, type Workspace } from "../support/tofu/workspace.ts";

let pve: PveStandIn;
let workspace: Workspace;

beforeAll(async () => {
  pve = await startPve();
});
afterAll(async () => {
  await pve.close();
});
afterEach(() => {
  workspace.remove();
});

const GPUS = 'provider "gpuhost" {}\ndata "gpuhost_pci_devices" "gpus" {\n  classes = ["gpu"]\n}\n';

/** The errors and warnings of a plan, with what a user sees of the configuration. */
async function planned(
  main: string,
  environment: Readonly<Record<string, string>>,
): Promise<readonly Diagnostic[]> {
  workspace = workspaceOf(main, { environment });
  await workspace.init();
  return workspace.planDiagnostics();
}

describe("tofu validate", () => {
  it.each([
    [
      'classes = ["gpus"]',
      '"gpus" is not a class: write "gpu", "display", "accelerator", "audio", "network", "storage", "usb", "bridge", or the first two to six hexadecimal digits of a class code, such as "0302".',
    ],
    [
      "nodes = []",
      "nodes is empty, and nothing could ever match it. Leave the argument out to set no limit.",
    ],
    [
      'paths = ["01:00.0", "pve1"]',
      '"pve1" is not a PCI address: write "0000:03:00.0" or "03:00.0" for one function, "0000:03:00" for a whole slot.',
    ],
    [
      'name_regex = "RTX ("',
      '"RTX (" is not a regular expression in JavaScript\'s syntax: Unterminated group.',
    ],
    ["at_least = 1.5", "at_least is 1.5, and must be a whole number."],
    [
      'unreachable_nodes = "ignore"',
      'unreachable_nodes is "ignore", which is none of the values it can have: "error", "warn".',
    ],
  ])("refuses %s at its line, without any Proxmox", async (line, detail) => {
    workspace = workspaceOf(`data "gpuhost_pci_devices" "all" {\n  ${line}\n}\n`);
    await workspace.init();
    const diagnostics = await workspace.validate();
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ severity: "error", detail });
    expect(diagnostics[0]?.snippet).toMatchObject({
      context: 'data "gpuhost_pci_devices" "all"',
      code: `  ${line}`,
    });
  });

  it("refuses an argument that does not exist, with the one that is near", async () => {
    workspace = workspaceOf('data "gpuhost_pci_devices" "all" {\n  class = ["gpu"]\n}\n');
    await workspace.init();
    const diagnostics = await workspace.validate();
    expect(diagnostics.map(({ summary, detail }) => [summary, detail])).toEqual([
      ["Unsupported argument", 'An argument named "class" is not expected here. Did you mean "classes"?'],
    ]);
  });

  it("refuses a provider block that is wrong whatever the environment says", async () => {
    workspace = workspaceOf(GPUS.replace("{}", '{\n  endpoint = "pve1:8006"\n}'));
    await workspace.init();
    const diagnostics = await workspace.validate();
    expect(diagnostics.map(({ summary }) => summary)).toEqual(["Invalid Provider Configuration"]);
    expect(diagnostics[0]?.snippet?.code).toBe('  endpoint = "pve1:8006"');
  });
});

describe("a secret that was written where none belongs", () => {
  const KEY = "-----BEGIN PRIVATE KEY-----\ngeheim\n-----END PRIVATE KEY-----";

  it.each([
    ["endpoint", 'endpoint = "https://root:geheim@127.0.0.1:8006"', ["validate", "plan"]],
    [
      "an element of endpoints",
      'endpoints = ["https://127.0.0.1:8006", "https://root:geheim@127.0.0.1:8006"]',
      ["validate", "plan"],
    ],
    [
      "an element of endpoints beside one that is wrong",
      'endpoints = ["pve1", "https://root:geheim@127.0.0.1:8006"]',
      ["validate", "plan"],
    ],
    ["ca_pem", `ca_pem = <<-PEM\n${KEY}\nPEM`, ["plan"]],
    ["ca_pem on one line", `ca_pem = ${JSON.stringify(KEY)}`, ["plan"]],
    ["ca_file", `ca_file = ${JSON.stringify(KEY)}`, ["plan"]],
  ])("is shown by nobody: %s", async (_what, line, steps) => {
    workspace = workspaceOf(GPUS.replace("{}", `{\n  ${line}\n}`), { environment: environmentOf(pve) });
    await workspace.init();
    for (const step of steps) {
      const run = await workspace.run([step]);

      expect(run.output).toContain("Invalid Provider Configuration");
      expect(run.output).not.toContain("geheim");
    }
  });
});

describe("a plan without a usable configuration", () => {
  it("says that there is no endpoint", async () => {
    const diagnostics = await planned(GPUS, {});
    expect(diagnostics.map(({ summary, detail }) => [summary, detail])).toEqual([
      [
        "Missing Provider Configuration",
        'There is no endpoint. Set endpoint = "https://pve1.example.com:8006" or PROXMOX_VE_ENDPOINT; several members of one cluster go into endpoints or GPUHOST_ENDPOINTS.',
      ],
      [
        "Missing Provider Configuration",
        'There are no credentials. Set api_token = "USER@REALM!TOKENID=SECRET" or PROXMOX_VE_API_TOKEN (best), auth_ticket with csrf_prevention_token, or username with password.',
      ],
    ]);
  });

  it("says which attribute of the provider is not known yet", async () => {
    const diagnostics = await planned(
      `resource "terraform_data" "endpoint" { input = "https://pve1:8006" }
provider "gpuhost" {
  endpoint = terraform_data.endpoint.output
}
data "gpuhost_pci_devices" "gpus" {}
`,
      environmentOf(pve),
    );
    expect(diagnostics.map(({ summary, detail }) => [summary, detail])).toEqual([
      [
        "Provider Configuration Not Yet Known",
        'Reading gpuhost_pci_devices is not possible yet: the attribute "endpoint" in the configuration of the provider is known only after apply.\n\nUse a value that is known when planning, or apply what it comes from first, with -target.',
      ],
    ]);
  });
});

describe("a plan that Proxmox refuses", () => {
  it("names the token that is refused, not its secret", async () => {
    const diagnostics = await planned(GPUS, environmentOf(pve, pve.tokens.wrongSecret));
    expect(diagnostics.map(({ summary, detail }) => [summary, detail])).toEqual([
      [
        "Unable to Read PCI Devices",
        `Proxmox does not accept the API token "gpuhost@pve!discovery" (401 Authentication failed!): it is refused or has expired.

Tried: GET /api2/json/nodes at ${pve.endpoint}.

Check that it exists, that its secret is the right one, that neither it nor its user has expired or been disabled: pveum user token list gpuhost@pve`,
      ],
    ]);
  });

  it("names the missing privilege, its path, and the commands that grant it", async () => {
    const diagnostics = await planned(
      GPUS.replace("classes", 'nodes = ["pve1"]\n  classes'),
      environmentOf(pve, pve.tokens.nothing),
    );
    expect(diagnostics.map(({ summary, detail }) => [summary, detail])).toEqual([
      [
        "Unable to Read PCI Devices",
        `The privilege Sys.Audit or Sys.Modify on / is missing (403 Permission check failed (/, Sys.Audit|Sys.Modify)).

Tried: GET /api2/json/nodes/pve1/hardware/pci?pci-class-blacklist= at ${pve.endpoint}.

Grant Sys.Audit or Sys.Modify on /. On any host of the cluster:
  pveum acl modify / --users gpu@pve --roles PVEAuditor
  pveum acl modify / --tokens 'gpu@pve!nothing' --roles PVEAuditor
A token with privilege separation (the default) may do only what both its user and the token itself are granted; one made with --privsep 0 needs the first command only.`,
      ],
    ]);
  });

  it("ends an expression that would take for ever", async () => {
    const diagnostics = await planned(
      'provider "gpuhost" {}\ndata "gpuhost_pci_devices" "all" {\n  nodes      = ["pve1"]\n  name_regex = "^(([A-Za-z0-9 ]+)+)+$~"\n}\n',
      environmentOf(pve),
    );
    expect(diagnostics.map(({ summary, snippet }) => [summary, snippet?.code])).toEqual([
      ["Expression Takes Too Long", '  name_regex = "^(([A-Za-z0-9 ]+)+)+$~"'],
    ]);
  });

  it("warns where the arguments select nothing, with the id that differs in one digit first", async () => {
    const [diagnostic, ...others] = await planned(
      'provider "gpuhost" {}\ndata "gpuhost_pci_devices" "card" {\n  nodes = ["pve3"]\n  ids   = ["1002:73be"]\n}\n',
      environmentOf(pve),
    );
    expect(others).toEqual([]);
    expect(diagnostic).toMatchObject({ severity: "warning", summary: "No PCI Device Matches" });
    expect(diagnostic?.detail.split("\n")[2]).toMatch(
      /^ {2}- pve3 0000:03:00\.0 \[1002:73bf\] .*, left out by ids$/,
    );
  });

  it("says of an offline node how to go on without it", async () => {
    const diagnostics = await planned(GPUS, environmentOf(pve));
    expect(diagnostics.map(({ summary, detail }) => [summary, detail])).toEqual([
      [
        "Node Cannot Be Read",
        `Without its answer nobody knows what a node has:\n  - pve4: the cluster reports it as offline (GET /api2/json/nodes at ${pve.endpoint})\nBring it back, name the others in nodes, or set unreachable_nodes = "warn" to go on without it. Mind that mappings made with for_each for the devices of a node that is not read are planned for destruction.`,
      ],
    ]);
  });
});

describe("a plan that does not reach Proxmox", () => {
  it("gives the fingerprint of a certificate that is not trusted, and the ways to trust it", async () => {
    const {
      SSL_CERT_FILE: _,
      GPUHOST_CA_FILE: _file,
      PROXMOX_VE_INSECURE: _insecure,
      ...environment
    } = environmentOf(pve);
    const [diagnostic] = await planned(GPUS, environment);
    expect(diagnostic?.summary).toBe("Unable to Read PCI Devices");
    expect(diagnostic?.detail).toContain("it was issued by an authority that is not trusted here");
    expect(diagnostic?.detail).toContain(`  - list it: fingerprints = ["${pve.fingerprint}"]`);
  });

  it("does not accept a certificate from another authority than ca_pem's", async () => {
    const { certificatePem } = createCertificateAuthority();
    const main = GPUS.replace(
      'provider "gpuhost" {}',
      `provider "gpuhost" {\n  ca_pem = <<-PEM\n${certificatePem}PEM\n}`,
    );
    const [diagnostic] = await planned(main, environmentOf(pve));
    expect(diagnostic?.detail).toContain("it was issued by an authority that is not trusted here");
  });

  it("says that nobody listens", async () => {
    const gone = await startPve();
    await gone.close();
    const diagnostics = await planned(GPUS, { ...environmentOf(gone), GPUHOST_MAX_RETRIES: "0" });
    expect(diagnostics.map(({ detail }) => detail)).toEqual([
      `${gone.endpoint} refuses the connection.

Tried: GET /api2/json/nodes at ${gone.endpoint}.

Check that the host is up, that pveproxy runs on it, and that no firewall is between.`,
    ]);
  });
});

/** Ctrl-C, logs and secrets: what happens around a plan rather than in it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { PASSWORD } from "../support/pve/standard-access.ts";
import { flowingText } from "../support/tofu/diagnostics.ts";
import { workspaceOf } from "../support/tofu/gpuhost.ts";
import { environmentOf, type Workspace } from "../support/tofu/workspace.ts";

const GPUS = 'provider "gpuhost" {}\ndata "gpuhost_pci_devices" "gpus" {\n  nodes = ["pve1"]\n}\n';

let pve: PveStandIn;
let workspace: Workspace;

beforeEach(async () => {
  pve = await startPve();
});
afterEach(async () => {
  workspace.remove();
  await pve.close();
});

describe("Ctrl-C while Proxmox is slow", () => {
  it("ends the plan with the provider's word, and leaves neither process nor socket", async () => {
    pve.faults.add({ kind: "hang" }, { path: /hardware/ });
    workspace = workspaceOf(GPUS, { environment: environmentOf(pve) });
    await workspace.init();
    const plan = workspace.start(["plan"]);
    await pve.requests.waitFor(({ path }) => path.endsWith("/hardware/pci"));
    plan.interrupt();
    const { status, output } = await plan.done;
    expect(status).toBe(1);
    expect(output).toContain("Interrupt received.");
    expect(flowingText(output)).toContain(
      "Error: Operation Cancelled with data.gpuhost_pci_devices.gpus, on main.tf line 7, in data " +
        '"gpuhost_pci_devices" "gpus": 7: data "gpuhost_pci_devices" "gpus" { Reading gpuhost_pci_devices was ' +
        "cancelled: the host asked the provider to stop.",
    );
    await pve.closedByClients();
    expect(workspace.processes()).toEqual([]);
    expect(workspace.temporaryFiles()).toEqual([]);
  });
});

describe("TF_LOG=trace", () => {
  it.each(["token", "password"] as const)(
    "tells what is asked of Proxmox, and no secret of a %s",
    async (kind) => {
      const { tokens, endpoint, caFile } = pve;
      const login = { PROXMOX_VE_USERNAME: "gpu@pve", PROXMOX_VE_PASSWORD: PASSWORD };
      workspace = workspaceOf(GPUS, {
        environment: {
          PROXMOX_VE_ENDPOINT: endpoint,
          GPUHOST_CA_FILE: caFile,
          ...(kind === "token" ? { PROXMOX_VE_API_TOKEN: tokens.discovery } : login),
        },
      });
      await workspace.init();
      const { stderr, output } = await workspace.succeed(["plan"], { environment: { TF_LOG: "trace" } });
      expect(stderr).toMatch(
        /\[DEBUG\] provider\.terraform-provider-gpuhost.*Proxmox answered.*hardware\/pci/,
      );
      const sent = pve.requests.requests.flatMap(({ headers }) => [...headers.values()]);
      const secrets = kind === "token" ? [tokens.discovery.split("=")[1] ?? ""] : ticketsIn(sent);
      expect(secrets.length).toBeGreaterThan(0);
      for (const secret of secrets) expect(output).not.toContain(secret);
    },
  );

  it("is honoured for this provider alone", async () => {
    workspace = workspaceOf(GPUS, { environment: environmentOf(pve) });
    await workspace.init();
    const { stderr } = await workspace.succeed(["plan"], { environment: { TF_LOG_PROVIDER: "debug" } });
    expect(stderr).toContain("Proxmox answered");
    const quiet = await workspace.succeed(["plan"]);
    expect(quiet.stderr).toBe("");
  });
});

/** The tickets in the headers that were sent, whole and as the signature alone. */
function ticketsIn(headers: readonly string[]): readonly string[] {
  return headers.flatMap((value) => {
    const ticket = /PVEAuthCookie=([^;]+)/.exec(value)?.[1];
    if (ticket === undefined) return [];
    return [ticket, decodeURIComponent(ticket), decodeURIComponent(ticket).split("::")[1] ?? ticket];
  });
}

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configuredFor } from "../support/provider/reading.ts";
import type { GuestValue } from "../support/pve/cluster.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
  pve.cluster.guests.clear();
});
afterEach(async () => {
  await pve.close();
});

/** Adds a virtual machine to pve1. */
function addGuest(vmid: number, config: Readonly<Record<string, GuestValue>>, to = pve): void {
  to.cluster.guests.set(vmid, {
    vmid,
    type: "qemu",
    node: "pve1",
    digest: null,
    resource: { name: `vm${vmid}`, status: "stopped" },
    running: false,
    devices: [],
    config: new Map(Object.entries(config)),
    pending: new Map(),
    deleting: new Map(),
  });
}

/** A token that may read hardware, and what else is named; nothing of that on the paths of `without`. */
function tokenWith(privileges: readonly string[], without: readonly string[] = []): string {
  const { access } = pve.cluster;
  access.addRole("Some", ["Sys.Audit", ...privileges]);
  access.addRole("Less", ["VM.PowerMgmt"]);
  access.grant("/", "some@pve", "Some");
  for (const path of without) access.grant(path, "some@pve", "Less");
  return access.addToken("some@pve", "test", "00000000-0000-4000-8000-000000000001", {
    privilegeSeparation: false,
  });
}

async function usageOf(paths: readonly string[], token: string, of = pve) {
  const provider = await configuredFor(of, token);
  const { state, told } = await provider.read({ nodes: ["pve1"], paths, include_usage: true });
  const devices = (state?.["devices"] ?? []) as { used_by: { vmid: number }[] }[];
  return {
    guests: devices.map(({ used_by }) => used_by.map(({ vmid }) => vmid)),
    told: told.filter(({ summary }) => summary === "Usage May Be Incomplete"),
  };
}

function incomplete(gaps: readonly string[], advice = true) {
  return {
    severity: "warning",
    summary: "Usage May Be Incomplete",
    detail:
      "A device without an entry in used_by may be in use all the same:" +
      gaps.map((gap) => `\n  - ${gap}`).join("") +
      (advice
        ? '\nGrant the token and its user what is missing; the role PVEAuditor on "/" covers all of it.'
        : ""),
    attribute: "include_usage",
  };
}

const HIDDEN_GUESTS =
  "Proxmox says nothing of guests for which VM.Audit is missing; here it is not granted on /vms and all below";

describe("include_usage", () => {
  it("names the guests that hold a device, and warns of nothing where all of them may be seen", async () => {
    addGuest(100, { hostpci0: "01:00,pcie=1", description: "hostpci1: 00:02.0" });
    addGuest(101, { hostpci0: "mapping=gpu-ok" });
    expect(await usageOf(["01:00.0", "00:02.0"], pve.tokens.auditor)).toEqual({
      guests: [[], [100, 101]],
      told: [],
    });
  });

  it("warns where guests are hidden", async () => {
    const { told } = await usageOf(["01:00.0"], pve.tokens.discovery);
    expect(told).toEqual([incomplete([HIDDEN_GUESTS])]);
  });

  it("warns where one guest is hidden, and of each that refuses, in their order", async () => {
    addGuest(102, { hostpci0: "01:00" });
    addGuest(101, { hostpci0: "01:00" });
    addGuest(100, { hostpci0: "01:00" });
    const token = tokenWith(["VM.Audit", "Mapping.Audit"], ["/vms/100"]);
    for (const vmid of [102, 101]) {
      const reason = `Permission check failed (/vms/${vmid}, VM.Audit)`;
      pve.faults.add({ kind: "status", status: 403, reason }, { path: `/nodes/pve1/qemu/${vmid}/pending` });
    }
    const refused = (vmid: number) =>
      `guest ${vmid} (vm${vmid}) on pve1: The privilege VM.Audit on /vms/${vmid} is missing (403 Permission check failed (/vms/${vmid}, VM.Audit)).`;
    expect(await usageOf(["01:00.0"], token)).toEqual({
      guests: [[]],
      told: [incomplete([HIDDEN_GUESTS, refused(101), refused(102)])],
    });
  });

  it("warns of mappings that guests name and that may be hidden", async () => {
    const token = tokenWith(["VM.Audit"]);
    const missing = "Mapping.Audit on /mapping/pci is missing";
    addGuest(100, { hostpci0: "mapping=gpu-ok" });
    const one = await usageOf(["01:00.0"], token);
    addGuest(101, { hostpci0: "mapping=gpu-bad" });
    const two = await usageOf(["01:00.0"], token);
    expect(one.told).toEqual([incomplete([`the mapping gpu-ok does not exist or is hidden: ${missing}`])]);
    expect(two.told).toEqual([
      incomplete([`the mappings gpu-bad and gpu-ok do not exist or are hidden: ${missing}`]),
    ]);
  });

  it("recommends no privilege where none would help", async () => {
    const pve7 = await startPve({ source: "pve7" });
    const { told } = await usageOf(["01:00.0"], pve7.tokens.auditor, pve7);
    await pve7.close();
    expect(told).toEqual([
      incomplete(["Proxmox VE 7 leaves devices that are mapped out of the configurations of guests"], false),
    ]);
  });
});

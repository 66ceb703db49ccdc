import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import { configuredFor } from "../support/provider/reading.ts";
import type { GuestValue } from "../support/pve/cluster.ts";
import type { Hardware } from "../support/pve/hardware-file.ts";
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

async function usageOf(paths: readonly string[], token: string, of = pve, nodes = ["pve1"]) {
  const provider = await configuredFor(of, token);
  const { state, told } = await provider.read({ nodes, paths, include_usage: true });
  if (state === null) throw new Error(JSON.stringify(told));
  const devices = (state?.["devices"] ?? []) as { used_by: { vmid: number }[] | null }[];
  return {
    guests: devices.map(({ used_by }) => used_by?.map(({ vmid }) => vmid) ?? null),
    told: told.filter(({ summary }) => summary === "Usage May Be Incomplete"),
  };
}

function incomplete(gaps: readonly string[], advice = true) {
  return {
    severity: "warning",
    summary: "Usage May Be Incomplete",
    detail:
      "Where no guest is known to use a device, used_by is null, for one may use it all the same:" +
      gaps.map((gap) => `\n  - ${gap}`).join("") +
      (advice
        ? "\nGrant the token and its user what is missing, on the paths named here; the role PVEAuditor has all of it."
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

  it("is incomplete where the guests' entries are far too large together", async () => {
    const long = (index: number) => `01:00.${index % 2},romfile=${"x".repeat(2_000)}`;
    const entries = Array.from({ length: 16 }, (_, index) => [`hostpci${index}`, long(index)] as const);
    const args = "x".repeat(16_000);
    for (let vmid = 1_000; vmid < 1_700; vmid += 1) addGuest(vmid, { ...Object.fromEntries(entries), args });
    const { guests, told } = await usageOf(["01:00.0"], pve.tokens.auditor);
    const characters = entries.reduce((sum, [, value]) => sum + value.length, args.length);
    const fitting = Math.floor((32 * 1024 * 1024) / characters);
    expect(new Set(guests[0]).size).toBe(fitting);
    expect(told).toEqual([
      incomplete(
        Array.from({ length: 700 - fitting }, (_, index) => {
          const vmid = 1_000 + fitting + index;
          return `guest ${vmid} (vm${vmid}) on pve1: what the guests say of their devices is too much together. That is no list of devices: look at their hostpci entries and args`;
        }),
        false,
      ),
    ]);
  });

  it("warns where guests are hidden", async () => {
    expect(await usageOf(["01:00.0"], pve.tokens.discovery)).toEqual({
      guests: [null],
      told: [incomplete([HIDDEN_GUESTS])],
    });
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
      guests: [null],
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

  it("warns where NoAccess on /vms hides guests, though VM.Audit is granted above", async () => {
    pve.cluster.access.grant("/vms", "some@pve", "NoAccess");
    expect(await usageOf(["01:00.0"], tokenWith(["VM.Audit", "Mapping.Audit"]))).toEqual({
      guests: [null],
      told: [incomplete([HIDDEN_GUESTS])],
    });
  });

  it("warns where a mapping may be hidden by NoAccess, though Mapping.Audit is granted above", async () => {
    pve.cluster.access.grant("/mapping/pci/gpu-ok", "some@pve", "NoAccess");
    addGuest(100, { hostpci0: "mapping=gpu-ok" });
    const { guests, told } = await usageOf(["01:00.0"], tokenWith(["VM.Audit", "Mapping.Audit"]));
    expect(guests).toEqual([null]);
    expect(told.map(({ detail }) => detail)).toEqual([
      expect.stringContaining("the mapping gpu-ok does not exist or is hidden"),
    ]);
  });

  it("does not warn a token that may see no mappings but those that guests name", async () => {
    const { access } = pve.cluster;
    access.addRole("Seeing", ["VM.Audit", "Sys.Audit", "Mapping.Audit"]);
    access.addRole("Blind", ["VM.Audit", "Sys.Audit"]);
    access.grant("/", "narrow@pve", "Blind");
    access.grant("/mapping/pci/gpu-ok", "narrow@pve", "Seeing");
    const token = access.addToken("narrow@pve", "test", "00000000-0000-4000-8000-000000000002", {
      privilegeSeparation: false,
    });
    addGuest(100, { hostpci0: "mapping=gpu-ok" });
    expect(await usageOf(["00:02.0", "01:00.0"], token)).toEqual({ guests: [[], [100]], told: [] });
  });

  it("leaves the users of other nodes known where a mapping is hidden on one", async () => {
    pve.cluster.access.grant("/mapping/pci/gpu-ok", "some@pve", "NoAccess");
    addGuest(100, { hostpci0: "mapping=gpu-ok" });
    const provider = await configuredFor(pve, tokenWith(["VM.Audit", "Mapping.Audit"]));
    const { state } = await provider.read({ nodes: ["pve1", "pve2"], include_usage: true });
    const devices = (state?.["devices"] ?? []) as { node: string; used_by: unknown }[];
    const known = new Set(
      devices.map(({ node, used_by }) => `${node} ${used_by === null ? "null" : "known"}`),
    );
    expect([...known]).toEqual(["pve1 null", "pve2 known"]);
  });

  it("passes over a guest that is removed while it is read", async () => {
    addGuest(100, { hostpci0: "01:00" });
    pve.faults.add(
      {
        kind: "status",
        status: 500,
        reason: "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist",
      },
      { path: "/nodes/pve1/qemu/100/pending" },
    );
    const whileIt = usageOf(["01:00.0"], pve.tokens.auditor);
    await pve.requests.waitFor(({ path }) => path === "/nodes/pve1/qemu/100/pending");
    pve.cluster.guests.delete(100);
    expect(await whileIt).toEqual({ guests: [[]], told: [] });
  });

  it.each([
    { nodes: ["pve1"], guests: [[]] },
    { nodes: ["pve1", "pve2"], guests: [[], [100]] },
  ])("follows a guest that is moved to pve2 while it is read, of $nodes", async ({ nodes, guests }) => {
    addGuest(100, { hostpci0: "02:00" });
    pve.faults.add(
      {
        kind: "status",
        status: 500,
        reason: "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist",
      },
      { path: "/nodes/pve1/qemu/100/pending" },
    );
    const whileIt = usageOf(["02:00.0"], pve.tokens.auditor, pve, nodes);
    await pve.requests.waitFor(({ path }) => path === "/nodes/pve1/qemu/100/pending");
    const moved = pve.cluster.guests.get(100);
    if (moved !== undefined) moved.node = "pve2";
    expect(await whileIt).toEqual({ guests, told: [] });
  });

  it("takes mediated devices in args for what may be anybody's", async () => {
    addGuest(100, {
      args: "-device vfio-pci,sysfsdev=/sys/bus/mdev/devices/4f3a0b9e-2a34-4f2a-9a53-0c1d2e3f4a5b",
    });
    expect(await usageOf(["00:02.0", "01:00.0"], pve.tokens.auditor)).toEqual({
      guests: [null, []],
      told: [
        incomplete(
          [
            "guest 100 (vm100) on pve1 takes a mediated device by its UUID alone (args), which does not say of which device it is",
          ],
          false,
        ),
      ],
    });
  });

  it("is silent when the configuration accepts it, and null all the same", async () => {
    const provider = await configuredFor(pve, pve.tokens.discovery);
    const { state, told } = await provider.read({
      nodes: ["pve1"],
      paths: ["01:00.0"],
      include_usage: true,
      accept: ["usage_incomplete"],
    });
    expect(told).toEqual([]);
    expect(state?.["devices"]).toMatchObject([{ used_by: null }]);
  });

  it("asks once for the permissions of each path, and once for each guest, mappings' names or not", async () => {
    addGuest(100, { hostpci0: "mapping=gpu-ok" });
    addGuest(101, { hostpci0: "mapping=gone" });
    pve.requests.clear();
    const provider = await configuredFor(pve, pve.tokens.auditor);
    await provider.read({
      nodes: ["pve1"],
      paths: ["01:00.0"],
      include_usage: true,
      mapping_names: "model",
    });
    const asked = pve.requests.requests.map(({ target }) => target.replace("/api2/json", "")).sort();
    expect(asked).toEqual([
      "/access/permissions",
      "/access/permissions?path=%2Fmapping%2Fpci",
      "/access/permissions?path=%2Fmapping%2Fpci%2Fgone",
      "/access/permissions?path=%2Fvms",
      "/cluster/mapping/pci",
      "/cluster/resources?type=vm",
      "/nodes",
      "/nodes/pve1/hardware/pci?pci-class-blacklist=",
      "/nodes/pve1/qemu/100/pending",
      "/nodes/pve1/qemu/101/pending",
      "/nodes/pve1/version",
      "/version",
    ]);
  });
});

describe("include_usage of what was selected", () => {
  const pending = () => pve.requests.lines.filter((line) => line.endsWith("/pending"));

  it("reads the guests of its nodes, and no others", async () => {
    addGuest(100, { hostpci0: "01:00" });
    const provider = await configuredFor(pve, pve.tokens.auditor);
    await provider.read({ nodes: ["pve1", "pve2"], paths: ["pve2/c1:00.0"], include_usage: true });
    expect(pending()).toEqual([]);
    await provider.read({ nodes: ["pve1", "pve2"], paths: ["pve1/01:00.0"], include_usage: true });
    expect(pending()).toEqual(["GET /nodes/pve1/qemu/100/pending"]);
  });

  it("reads none where that is nothing, and warns of nothing", async () => {
    addGuest(100, { hostpci0: "01:00" });
    const provider = await configuredFor(pve, pve.tokens.discovery);
    const { told } = await provider.read({
      nodes: ["pve1"],
      ids: ["ffff:ffff"],
      at_least: 0,
      include_usage: true,
    });
    expect(told).toEqual([]);
    expect(pending()).toEqual([]);
  });
});

describe("include_usage with Proxmox VE 7", () => {
  it("knows all where no member is newer: 7 has no mappings", async () => {
    const pve7 = await startPve({ source: "pve7" });
    const { told } = await usageOf(["01:00.0"], pve7.tokens.auditor, pve7);
    await pve7.close();
    expect(told).toEqual([]);
  });

  it("knows less of a member of 7 beside newer ones, and recommends no privilege, for none would help", async () => {
    const cluster = cardsOn("old", "new");
    const mixed = await startPve({
      source: {
        ...cluster,
        versions: { old: { version: "7.4-20", release: "7.4", repoid: "0123456789abcdef" } },
      },
    });
    const provider = await configuredFor(mixed, mixed.tokens.auditor);
    const { state, told } = await provider.read({ include_usage: true });
    await mixed.close();
    expect(state?.["devices"]).toMatchObject([
      { node: "new", used_by: [] },
      { node: "old", used_by: null },
    ]);
    expect(told).toEqual([
      incomplete(
        ["Proxmox VE 7 on old leaves devices that are mapped out of the configurations of guests"],
        false,
      ),
    ]);
  });

  /** A node each with one card and a guest without any. */
  function cardsOn(...nodes: readonly string[]): Hardware {
    const entries = nodes.map(
      (node) => [node, [pciFunction("0000:01:00.0", "10de:2204", "030000", 16)]] as const,
    );
    return {
      ...hardwareOf(Object.fromEntries(entries)),
      guests: nodes.map((node, index) => ({ vmid: 100 + index, node, name: node })),
    };
  }
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tokenCredentials } from "../../src/proxmox/settings/credentials.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { type Asking, ask, failure } from "./asking.ts";

describe.each(["pve9", "pve7"] as const)("a client of the recorded %s cluster", (source) => {
  let pve: PveStandIn;
  let asking: Asking;
  beforeEach(async () => {
    pve = await startPve({ source });
    asking = ask(pve, { credentials: tokenCredentials(pve.tokens.auditor) });
  });
  afterEach(async () => {
    await asking.client.close();
    await pve.closedByClients();
    expect(pve.openSockets).toBe(0);
    await pve.close();
  });

  it("reads the version", async () => {
    expect(await asking.client.version()).toBe(source === "pve9" ? "9.2.11" : "7.4-20");
  });

  it("reads the nodes and their status", async () => {
    const nodes = await asking.client.nodes();
    expect(nodes.map(({ name, status }) => `${name} ${status}`).toSorted()).toEqual([
      "pve1 online",
      "pve2 online",
      "pve3 online",
      "pve4 offline",
    ]);
  });

  it("reads the cluster's status", async () => {
    const { cluster, nodes } = await asking.client.clusterStatus();
    expect(cluster).toEqual({ name: "lab", quorate: true });
    expect(nodes.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: "pve1", online: true, local: true },
      { name: "pve2", online: true, local: false },
      { name: "pve3", online: true, local: false },
      { name: "pve4", online: false, local: false },
    ]);
  });

  it("reads every PCI function of a node, bridges too", async () => {
    const records = await asking.client.pciDevices("pve2");
    expect(records.map(({ id }) => id)).toEqual([
      "0000:00:00.0",
      "0000:00:08.0",
      "0000:02:00.0",
      "0000:41:00.0",
      "0000:81:00.0",
      "0000:a1:00.0",
      "0000:a2:00.0",
      "0000:a3:00.0",
      "0000:a4:00.0",
      "0000:a5:00.0",
      "0000:c1:00.0",
      "0000:c1:00.4",
      "0000:c1:00.5",
      "10000:e1:00.0",
    ]);
    expect(pve.requests.requests[0]?.target).toBe("/api2/json/nodes/pve2/hardware/pci?pci-class-blacklist=");
  });

  it("takes ids out of 0x and leaves the group as Proxmox says it", async () => {
    const records = await asking.client.pciDevices("pve3");
    expect(records.find(({ id }) => id === "0000:03:00.0")).toEqual({
      id: "0000:03:00.0",
      class: "030000",
      vendor: "1002",
      device: "73bf",
      iommugroup: -1,
      vendor_name: "Advanced Micro Devices, Inc. [AMD/ATI]",
      device_name: "Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]",
      subsystem_vendor: "1da2",
      subsystem_device: "e438",
      subsystem_vendor_name: "Sapphire Technology Limited",
    });
  });

  it("reads the guests", async () => {
    const guests = await asking.client.guests();
    expect(guests.toSorted((a, b) => a.vmid - b.vmid)).toEqual([
      { vmid: 100, type: "qemu", node: "pve1", name: "raw", template: false, running: false },
      { vmid: 101, type: "qemu", node: "pve1", name: "mapped", template: false, running: false },
    ]);
  });

  it("reads what a guest has and will have", async () => {
    const entries = await asking.client.guestPending("pve1", "qemu", 100);
    expect(entries.find(({ key }) => key === "hostpci1")).toEqual({
      key: "hostpci1",
      value: "01:00.1",
      pending: null,
      deleted: false,
    });
    expect(entries.find(({ key }) => key === "memory")?.value).toBe("8192");
  });

  it("reads a guest's configuration, numbers as texts", async () => {
    const config = await asking.client.guestConfig("pve1", "qemu", 100);
    expect(config.get("memory")).toBe("8192");
    expect(config.get("hostpci0")).toBe("0000:01:00,pcie=1,x-vga=1");
  });

  it("reads the types of mediated devices", async () => {
    const types = await asking.client.mdevTypes("pve1", "0000:00:02.0");
    const inOrder = types.toSorted((a, b) => (a.type < b.type ? -1 : 1));
    expect(inOrder.map(({ type, available, name }) => ({ type, available, name }))).toEqual([
      { type: "i915-GVTg_V5_4", available: 1, name: "GVTg_V5_4" },
      { type: "i915-GVTg_V5_8", available: 2, name: null },
    ]);
    expect(pve.requests.requests[0]?.target).toBe("/api2/json/nodes/pve1/hardware/pci/0000:00:02.0/mdev");
  });

  it("finds no types of mediated devices where there are none", async () => {
    expect(await asking.client.mdevTypes("pve1", "0000:01:00.0")).toEqual([]);
  });

  it("reads the caller's permissions", async () => {
    const permissions = await asking.client.permissions();
    expect(permissions.get("/")?.get("Sys.Audit")).toBe(true);
    expect(permissions.get("/")?.get("VM.Audit")).toBe(true);
    expect(permissions.get("/")?.has("Sys.Modify")).toBe(false);
  });
});

describe("mappings", () => {
  it("are read with all their lines", async () => {
    const pve = await startPve();
    const { client } = ask(pve);
    const mappings = await client.pciMappings();
    expect(mappings).toHaveLength(12);
    expect(mappings.find(({ id }) => id === "gpu-ok")).toEqual({
      id: "gpu-ok",
      description: "RTX 3090, both functions",
      mediatedDevices: false,
      liveMigrationCapable: false,
      map: [
        "id=10de:2204,iommugroup=14,node=pve1,path=0000:01:00,subsystem-id=1462:3884",
        "id=10de:20f1,iommugroup=40,node=pve2,path=0000:41:00.0,subsystem-id=10de:145f",
      ],
    });
    expect(mappings.find(({ id }) => id === "live-vf")?.liveMigrationCapable).toBe(true);
    expect(mappings.find(({ id }) => id === "igd-mdev")?.mediatedDevices).toBe(true);
    await client.close();
    await pve.close();
  });

  it("do not exist in PVE 7", async () => {
    const pve = await startPve({ source: "pve7" });
    const { client } = ask(pve);
    const error = await failure(client.pciMappings());
    expect(error.code).toBe("not-implemented");
    expect(error.problem).toBe(
      "This Proxmox VE cannot answer that (501 Method 'GET /cluster/mapping/pci' not implemented).",
    );
    expect(pve.requests.lines).toEqual(["GET /cluster/mapping/pci"]);
    await client.close();
    await pve.close();
  });
});

describe("what has been asked", () => {
  let pve: PveStandIn;
  let asking: Asking;
  beforeEach(async () => {
    pve = await startPve();
    asking = ask(pve);
  });
  afterEach(async () => {
    await asking.client.close();
    await pve.close();
  });

  it("is asked once, however many callers ask at the same time", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => asking.client.pciDevices("pve1")));
    expect(pve.requests.lines).toEqual(["GET /nodes/pve1/hardware/pci"]);
    expect(new Set(answers).size).toBe(1);
  });

  it("is asked once, however many callers ask one after the other", async () => {
    await asking.client.pciDevices("pve1");
    await asking.client.pciDevices("pve1");
    await asking.client.nodes();
    await asking.client.nodes();
    await asking.client.version();
    await asking.client.version();
    expect(pve.requests.lines).toEqual(["GET /nodes/pve1/hardware/pci", "GET /nodes", "GET /version"]);
  });

  it("is asked again when it failed", async () => {
    pve.faults.add({ kind: "status", status: 595, reason: "Connection refused" }, { times: 1 });
    expect((await failure(asking.client.pciDevices("pve1"))).code).toBe("node-offline");
    expect(await asking.client.pciDevices("pve1")).toHaveLength(16);
    expect(pve.requests.lines).toEqual(["GET /nodes/pve1/hardware/pci", "GET /nodes/pve1/hardware/pci"]);
  });

  it("is asked again where it changes: guests, mappings, mediated devices, permissions", async () => {
    for (let count = 0; count < 2; count += 1) {
      await asking.client.guests();
      await asking.client.pciMappings();
      await asking.client.mdevTypes("pve1", "0000:00:02.0");
      await asking.client.permissions();
      await asking.client.clusterStatus();
    }
    expect(pve.requests.lines).toHaveLength(10);
  });

  it("is forgotten by a new client", async () => {
    await asking.client.pciDevices("pve1");
    const other = ask(pve);
    await other.client.pciDevices("pve1");
    await other.client.close();
    expect(pve.requests.lines).toHaveLength(2);
  });
});

describe("how much is asked at a time", () => {
  it("is one request a node and ten altogether", async () => {
    const pve = await startPve();
    const { client } = ask(pve);
    const nodes = ["pve1", "pve2", "pve3"];
    pve.faults.add({ kind: "delay", ms: 5 });
    await Promise.all([
      ...nodes.flatMap((node) => [
        client.pciDevices(node),
        client.mdevTypes(node, "0000:00:02.0"),
        client.mdevTypes(node, "0000:01:00.0"),
        client.mdevTypes(node, "0000:01:00.1"),
      ]),
      ...nodes.map((node) => client.nodeVersion(node)),
      ...[client.version(), client.nodes(), client.clusterStatus(), client.guests(), client.permissions()],
      ...[client.pciMappings()],
    ]);
    expect([...pve.requests.peakPerNode.values()]).toEqual([1, 1, 1]);
    expect(pve.requests.peak).toBeLessThanOrEqual(10);
    expect(pve.requests.lines).toHaveLength(21);
    await client.close();
    await pve.close();
  });
});

describe("a request", () => {
  it("says who asks and takes compressed answers", async () => {
    const pve = await startPve();
    const { client } = ask(pve, { userAgent: "terraform-provider-gpuhost/1.2.3 CI/7" });
    await client.pciDevices("pve1");
    const headers = pve.requests.requests[0]?.headers;
    expect(headers?.get("user-agent")).toBe("terraform-provider-gpuhost/1.2.3 CI/7");
    expect(headers?.get("accept-encoding")).toBe("gzip");
    expect(headers?.get("accept")).toBe("application/json");
    expect(headers?.get("authorization")).toBe(`PVEAPIToken=${pve.tokens.discovery}`);
    expect(headers?.get("host")).toBe(`127.0.0.1:${pve.port}`);
    await client.close();
    await pve.close();
  });

  it("puts strange names into the path so that they cannot leave it", async () => {
    const pve = await startPve();
    const { client } = ask(pve);
    await failure(client.pciDevices("../../access?x=1"));
    expect(pve.requests.requests[0]?.target).toBe(
      "/api2/json/nodes/..%2F..%2Faccess%3Fx%3D1/hardware/pci?pci-class-blacklist=",
    );
    await client.close();
    await pve.close();
  });

  it("resumes the TLS session of an earlier connection", async () => {
    const pve = await startPve();
    const { client } = ask(pve);
    // These answers carry `Connection: close`.
    await client.pciDevices("pve1");
    await client.pciDevices("pve2");
    await client.pciDevices("pve3");
    expect(pve.handshakes).toBe(3);
    expect(pve.resumed).toBe(2);
    await client.close();
    await pve.close();
  });

  it("takes up another TLS session once the server has forgotten the first", async () => {
    const pve = await startPve();
    const { client } = ask(pve);
    await client.pciDevices("pve1");
    await client.pciDevices("pve2");
    pve.forgetSessions();
    await client.mdevTypes("pve1", "0000:00:02.0");
    expect([pve.handshakes, pve.resumed]).toEqual([3, 1]);
    await client.mdevTypes("pve2", "0000:00:02.0");
    await client.mdevTypes("pve3", "0000:00:02.0");
    expect([pve.handshakes, pve.resumed]).toEqual([5, 3]);
    await client.close();
    await pve.close();
  });

  it("asks the next question before it reads the answer to the last", async () => {
    const pve = await startPve();
    pve.faults.add({ kind: "hang" }, { path: /mdev$/ });
    const { client, clock } = ask(pve);
    const underWay: number[] = [];
    vi.spyOn(JSON, "parse").mockImplementationOnce((text, reviver) => {
      underWay.push(clock.running);
      return JSON.parse(text, reviver);
    });
    // One node is asked one thing at a time.
    const first = client.pciDevices("pve1");
    const second = failure(client.mdevTypes("pve1", "0000:00:02.0"));
    await first;
    vi.restoreAllMocks();
    await client.close();
    await second;
    // The deadline of the second request, and of its connection until that is there.
    expect(underWay).toEqual([expect.toBeOneOf([1, 2])]);
    await pve.close();
  });

  it("reuses a connection that Proxmox keeps open", async () => {
    const pve = await startPve();
    const { client } = ask(pve);
    await client.version();
    await client.nodes();
    await client.permissions();
    expect(pve.handshakes).toBe(1);
    await client.close();
    await pve.close();
  });
});

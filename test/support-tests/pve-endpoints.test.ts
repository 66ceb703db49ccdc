import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Guest } from "../support/pve/cluster.ts";
import { exchange } from "../support/pve/exchange.ts";
import type { Json, JsonObject } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
});
afterEach(() => pve.close());

async function ask(path: string): Promise<{ line: string; data: Json; errors: Json }> {
  const answer = await exchange(pve, { path: `/api2/json${path}`, token: pve.tokens.auditor });
  const body = answer.body.length > 0 ? (JSON.parse(answer.body.toString()) as JsonObject) : {};
  return {
    line: `${answer.status} ${answer.reason}`,
    data: body["data"] ?? null,
    errors: body["errors"] ?? null,
  };
}

const ids = (data: Json): Json[] => (data as JsonObject[]).map(({ id }) => id ?? null);

describe("hardware/pci", () => {
  it.each([
    ["05,06,0b", 13],
    ["05%3B06%3B0b", 13],
    ["03", 12],
    ["", 16],
    ["0x03", 16],
    ["0C", 16],
    ["0c03+0c05", 13],
  ])("leaves out classes that begin with one of %s", async (blacklist, count) => {
    const { data } = await ask(`/nodes/pve1/hardware/pci?pci-class-blacklist=${blacklist}`);
    expect(data).toHaveLength(count);
  });

  it("takes a raw semicolon for the end of a parameter", async () => {
    expect(await ask("/nodes/pve1/hardware/pci?pci-class-blacklist=05;06;0b")).toMatchObject({
      line: "400 Parameter verification failed.",
      errors: {
        "06": "property is not defined in schema and the schema does not allow additional properties",
        "0b": "property is not defined in schema and the schema does not allow additional properties",
      },
    });
  });

  it("sorts by address as text", async () => {
    const { data } = await ask("/nodes/pve2/hardware/pci");
    expect(ids(data).at(-1)).toBe("10000:e1:00.0");
    expect(ids(data)).toEqual(ids(data).toSorted());
  });

  it("refuses a node's name that cannot be one, and a node parameter that says otherwise", async () => {
    expect(await ask("/nodes/-x-/hardware/pci")).toMatchObject({
      line: "500 hostname lookup '-x-' failed - failed to get address info for: -x-: Name or service not known",
    });
    expect((await ask("/nodes/pve1/hardware/pci?node=pve2")).errors).toEqual({
      node: "duplicate parameter (already defined in URI) with conflicting values!",
    });
  });

  it("takes any member's address for the whole cluster", async () => {
    const other = await startPve({ source: { cluster: pve.cluster, tokens: pve.tokens }, node: "pve2" });
    const answer = await exchange(other, {
      path: "/api2/json/nodes/pve1/hardware/pci",
      token: other.tokens.discovery,
    });
    await other.close();
    expect(answer.headers.filter(([name]) => name === "Connection")).toEqual([
      ["Connection", "close,Keep-Alive"],
      ["Connection", "Keep-Alive"],
    ]);
  });

  it("is another's when the hardware changes", async () => {
    const node = pve.cluster.nodes.get("pve1");
    if (node !== undefined) node.hardware = node.hardware.slice(0, 1);
    expect((await ask("/nodes/pve1/hardware/pci?pci-class-blacklist=")).data).toHaveLength(1);
  });
});

describe("mdev", () => {
  it.each([
    ["00:02.0", "200 OK", 2],
    ["0000:00:02.0", "200 OK", 2],
    ["0000:ff:00.0", "200 OK", 0],
    ["no-such-mapping", "200 OK", 0],
    ["live-vf", "200 OK", 0],
    ["0000:00:02", "400 Parameter verification failed.", null],
  ])("of %s answers %s", async (asked, line, count) => {
    const { line: answered, data } = await ask(`/nodes/pve1/hardware/pci/${asked}/mdev`);
    expect([answered, data === null ? null : (data as Json[]).length]).toEqual([line, count]);
  });
});

describe("a mapping's checks", () => {
  it("are bogus for localhost, as Proxmox's are", async () => {
    const { data } = await ask("/cluster/mapping/pci?check-node=localhost");
    const checks = (data as JsonObject[]).map((mapping) => mapping["checks"]);
    const warning = [{ severity: "warning", message: "No mapping for node localhost." }];
    expect(checks).toEqual(checks.map(() => warning));
  });

  it("name every line of the node that fails", async () => {
    pve.cluster.mappings.set("two-lines", {
      map: [
        "id=10de:2204,node=pve1,path=0000:09:00,subsystem-id=1462:3884",
        "not a line",
        "id=10de:2204,node=pve1,path=0000:01:00,subsystem-id=1462:3884",
      ],
    });
    const { data } = await ask("/cluster/mapping/pci?check-node=pve1");
    const found = (data as JsonObject[]).find(({ id }) => id === "two-lines");
    expect(found?.["checks"]).toEqual([
      { severity: "error", message: "Invalid configuration: pci device '0000:09:00.0' not found\n" },
      {
        severity: "error",
        message: "Invalid configuration: missing expected property 'iommugroup' for device '0000:01:00.0'\n",
      },
    ]);
  });

  it.each([
    [
      "/cluster/mapping/pci/x",
      "400 Parameter verification failed.",
      { id: "invalid format - invalid configuration ID 'x'\n" },
    ],
    ["/cluster/mapping/pci?check-node=pve4", "595 Connection refused", null],
    [
      "/cluster/mapping/pci?check-node=no_name",
      "500 hostname lookup 'no_name' failed - failed to get address info for: no_name: Name or service not known",
      null,
    ],
  ])("of %s answer %s", async (path, line, errors) => {
    expect(await ask(path)).toMatchObject({ line, errors });
  });
});

describe("a guest", () => {
  function guest(): Guest {
    const found = pve.cluster.guests.get(100);
    if (found === undefined) throw new Error("guest 100 was recorded");
    return found;
  }

  beforeEach(() => {
    guest().config = new Map<string, string | number>([
      ["cores", 2],
      ["hostpci0", "01:00"],
      ["hostpci1", "02:00"],
    ]);
    guest().pending = new Map([
      ["hostpci0", "mapping=gpu-ok"],
      ["hostpci2", "05:00"],
    ]);
    guest().deleting = new Map([["hostpci1", 1]]);
    guest().digest = "0123";
  });

  it("shows its future, and its present when asked for", async () => {
    const future = { cores: 2, hostpci0: "mapping=gpu-ok", hostpci2: "05:00", digest: "0123" };
    const present = { cores: 2, hostpci0: "01:00", hostpci1: "02:00", digest: "0123" };
    expect((await ask("/nodes/pve1/qemu/100/config")).data).toEqual(future);
    expect((await ask("/nodes/pve1/qemu/100/config?current=1")).data).toEqual(present);
  });

  it("shows both as pending", async () => {
    const { data } = await ask("/nodes/pve1/qemu/100/pending");
    expect(
      (data as JsonObject[]).toSorted((left, right) => (String(left["key"]) < String(right["key"]) ? -1 : 1)),
    ).toEqual([
      { key: "cores", value: 2 },
      { key: "digest", value: "0123" },
      { key: "hostpci0", value: "01:00", pending: "mapping=gpu-ok" },
      { key: "hostpci1", value: "02:00", delete: 1 },
      { key: "hostpci2", pending: "05:00" },
    ]);
  });

  it("computes its digest when none is given", async () => {
    guest().digest = null;
    const { data } = await ask("/nodes/pve1/qemu/100/config");
    expect((data as JsonObject)["digest"]).toMatch(/^[0-9a-f]{40}$/);
  });

  it("may be a container", async () => {
    pve.cluster.guests.set(200, { ...guest(), vmid: 200, type: "lxc", node: "pve2" });
    expect((await ask("/nodes/pve2/lxc/200/config")).line).toBe("200 OK");
    expect((await ask("/nodes/pve2/lxc/200/pending")).line).toBe("200 OK");
  });

  it.each([
    [
      "/nodes/pve1/qemu/999/config",
      "500 Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist",
    ],
    [
      "/nodes/pve2/qemu/100/config",
      "500 Configuration file 'nodes/pve2/qemu-server/100.conf' does not exist",
    ],
    ["/nodes/pve1/lxc/100/pending", "500 Configuration file 'nodes/pve1/lxc/100.conf' does not exist"],
    ["/nodes/pve1/qemu/12/config", "400 Parameter verification failed."],
    ["/nodes/pve4/qemu/100/config", "595 Connection refused"],
  ])("that is not at %s answers %s", async (path, line) => {
    expect((await ask(path)).line).toBe(line);
  });
});

describe("a host without a cluster", () => {
  it("has no entry for the cluster, and number 0", async () => {
    await pve.close();
    const device = {
      id: "0000:00:00.0",
      class: "0x060000",
      vendor: "0x8086",
      device: "0x1237",
      iommugroup: -1,
    };
    pve = await startPve({
      source: {
        version: { version: "9.2.11" },
        nodes: [{ node: "alone", status: "online" }],
        pci: { alone: [device] },
      },
    });
    expect((await ask("/cluster/status")).data).toEqual([
      {
        type: "node",
        id: "node/alone",
        name: "alone",
        nodeid: 0,
        ip: "192.0.2.1",
        local: 1,
        online: 1,
        level: "",
      },
    ]);
  });
});

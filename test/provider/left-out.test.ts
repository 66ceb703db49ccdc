import { afterEach, describe, expect, it } from "vitest";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import { configured, configuredFor, type Plain } from "../support/provider/reading.ts";
import { cutOff } from "../support/pve/cluster.ts";
import type { Hardware } from "../support/pve/hardware-file.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const CARD = pciFunction("0000:01:00.0", "10de:2204", "030000", 1, "GA102 [GeForce RTX 3090]");
const UNKNOWN_CARD = pciFunction("0000:02:00.0", "10de:2901", "030000", 2);
const UNKNOWN_NIC = pciFunction("0000:03:00.0", "8086:57b3", "020000", 3);
const THREE = hardwareOf({ pve1: [CARD, UNKNOWN_CARD, UNKNOWN_NIC], pve2: [CARD], pve3: [CARD] });

const stands: PveStandIn[] = [];
afterEach(async () => {
  await Promise.all(stands.splice(0).map((stand) => stand.close()));
});

async function start(source: Hardware = THREE): Promise<PveStandIn> {
  const stand = await startPve({ source });
  stands.push(stand);
  return stand;
}

function offline(stand: PveStandIn, name: string): void {
  const member = stand.cluster.nodes.get(name);
  if (member === undefined) throw new Error(`${name} is gone`);
  member.entry = { ...member.entry, status: "offline" };
}

async function read(
  stand: PveStandIn,
  arguments_: { readonly [name: string]: Plain },
  settings: { readonly [name: string]: Plain } = {},
) {
  const provider = await configured({
    endpoint: stand.endpoint,
    api_token: stand.tokens.discovery,
    ca_pem: stand.caPem,
    max_retries: 1,
    ...settings,
  });
  return provider.read(arguments_);
}

const MIND =
  "Mind that mappings made with for_each for the devices of a node that is not read are planned for destruction.";

describe("a node that cannot be read", () => {
  it("is told with what was asked, how often, and how to mend it", async () => {
    const stand = await start();
    stand.faults.add({ kind: "status", status: 595, reason: "No route to host" }, { node: "pve2" });
    const { state, told } = await read(stand, { classes: ["gpu"] });
    expect(state).toBeNull();
    expect(told).toEqual([
      {
        severity: "error",
        summary: "Node Cannot Be Read",
        detail:
          'Without its answer nobody knows what a node has:\n  - pve2: The endpoint answers, but the API of node "pve2" does not (595 No route to host). ' +
          `Tried: GET /api2/json/nodes/pve2/hardware/pci?pci-class-blacklist= at ${stand.endpoint}. ` +
          "Check that the node is up and that pveproxy and pvedaemon run on it.\n" +
          `Bring it back, name the others in nodes, or set unreachable_nodes = "warn" to go on without it. ${MIND}`,
        attribute: "",
      },
    ]);
  });

  it("needs more time where it is only slow", async () => {
    const stand = await start();
    stand.faults.add({ kind: "hang" }, { path: /pve2.hardware/ });
    const { told } = await read(stand, {}, { timeout: 3 });
    expect(told.map(({ summary }) => summary)).toEqual(["Node Cannot Be Read"]);
    expect(told[0]?.detail).toContain("did not finish its answer within 3 s");
    expect(told[0]?.detail).toContain(
      `go on without it. A node that is only slow needs more time: timeout in the provider's configuration. ${MIND}`,
    );
  });

  it("is left out with a warning of what that changes", async () => {
    const stand = await start();
    offline(stand, "pve3");
    const { state, told } = await read(stand, { classes: ["gpu"], unreachable_nodes: "warn" });
    expect(Object.keys(state?.["by_node"] ?? {})).toEqual(["pve1", "pve2"]);
    expect(told).toEqual([
      {
        severity: "warning",
        summary: "Node Left Out",
        detail:
          `The results say nothing of what could not be read:\n  - pve3: the cluster reports it as offline (GET /api2/json/nodes at ${stand.endpoint})\n` +
          "Mind that mappings made with for_each for the devices of a node that is left out would now be planned for " +
          "destruction, and that its lines leave pools and every mapping made with map = gpus.\n" +
          "Names come from all nodes, and without pve3 nobody knows these: comments change, and name_regex may miss them:\n" +
          "  - pve1 0000:02:00.0 [10de:2901] class 030000 NVIDIA Corporation Device 2901",
        attribute: "unreachable_nodes",
      },
    ]);
  });

  it("may have known the name that an expression looks for", async () => {
    const stand = await start();
    offline(stand, "pve3");
    const { told } = await read(stand, {
      classes: ["network"],
      name_regex: "X710",
      at_least: 0,
      unreachable_nodes: "warn",
    });
    expect(told.map(({ summary, detail }) => [summary, detail.split("\n").at(-1)])).toEqual([
      ["Node Left Out", "  - pve1 0000:03:00.0 [8086:57b3] class 020000 Intel Corporation Device 57b3"],
    ]);
  });
});

describe("a cluster that refuses everything", () => {
  it("is told by what was asked first, whichever answer comes first", async () => {
    const stand = await start();
    stand.faults.add({ kind: "delay", ms: 200 }, { path: "/nodes" });
    const provider = await configuredFor(stand, stand.tokens.wrongSecret);
    const { told } = await provider.read({});
    expect(told.map(({ summary, detail }) => [summary, /Tried: .*/.exec(detail)?.[0]])).toEqual([
      ["Unable to Read PCI Devices", `Tried: GET /api2/json/nodes at ${stand.endpoint}.`],
    ]);
  });
});

describe("a member without quorum", () => {
  it.each([["error"], ["warn"]])("leaves no other out, whatever unreachable_nodes is: %s", async (policy) => {
    const stand = await start();
    cutOff(stand.cluster, "pve1");
    const { state, told } = await read(stand, { unreachable_nodes: policy });
    expect(state).toBeNull();
    expect(told).toEqual([
      {
        severity: "error",
        summary: "Cluster Without Quorum",
        detail:
          `pve1 has no quorum in the cluster lab (GET /api2/json/cluster/status at ${stand.endpoint}): it is cut off, knows ` +
          "nothing of the other members, and takes them for offline. So none is left out on its word:\n" +
          ["pve2", "pve3"]
            .map(
              (node) =>
                `  - ${node}: the cluster reports it as offline (GET /api2/json/nodes at ${stand.endpoint})\n`,
            )
            .join("") +
          'Mend the connection between the members ("pvecm status" on each tells who sees whom), or set the endpoint of the ' +
          `provider to a member that has quorum. Read alone, with nodes = ["pve1"], it answers for itself. ${MIND}`,
        attribute: "",
      },
    ]);
  });

  it("can be read alone, and need not be asked for its quorum then", async () => {
    const stand = await start();
    cutOff(stand.cluster, "pve1");
    const { state, told } = await read(stand, { nodes: ["pve1"], classes: ["gpu"] });
    expect(state?.["devices"]).toHaveLength(2);
    expect(told).toEqual([]);
    expect(stand.requests.lines.filter((line) => line.includes("/cluster/status"))).toEqual([]);
  });

  it("is asked for where Proxmox does not tell, since a plan must not destroy on a guess", async () => {
    const stand = await start();
    offline(stand, "pve3");
    stand.faults.add({ kind: "status", status: 500, reason: "oops" }, { path: "/cluster/status" });
    const warned = await read(stand, { unreachable_nodes: "warn" });
    expect(warned.state).toBeNull();
    expect(warned.told.map(({ severity, summary }) => [severity, summary])).toEqual([
      ["error", "Unable to Read PCI Devices"],
    ]);
    // The read fails anyway: why is the nodes that are away.
    const failed = await read(stand, {});
    expect(failed.told.map(({ summary }) => summary)).toEqual(["Node Cannot Be Read"]);
  });
});

describe("what Proxmox lists twice", () => {
  it("is one node, online where one of its entries says so", async () => {
    const stand = await start();
    const twice = (status: string) => ({ node: "pve2", type: "node", status });
    const nodes = [twice("online"), twice("offline"), { node: "pve1", type: "node", status: "online" }];
    stand.faults.add({ kind: "body", body: JSON.stringify({ data: nodes }) }, { path: "/nodes" });
    const { state, told } = await (await configuredFor(stand)).read({ classes: ["gpu"] });
    expect(told).toEqual([]);
    expect(Object.keys(state?.["mappings"] ?? {})).toEqual([
      "gpu-pve1-01-00",
      "gpu-pve1-02-00",
      "gpu-pve2-01-00",
    ]);
  });

  it("is one device", async () => {
    const stand = await start(hardwareOf({ pve1: [CARD, CARD] }));
    const { state, told } = await read(stand, {});
    expect(told).toEqual([]);
    expect(state?.["devices"]).toHaveLength(1);
    expect(Object.keys(state?.["mappings"] ?? {})).toEqual(["gpu-pve1-01-00"]);
  });
});

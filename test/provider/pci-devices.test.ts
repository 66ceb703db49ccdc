import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Arguments } from "../support/oracle/cluster.ts";
import { oracle } from "../support/oracle/oracle.ts";
import { oracleCluster } from "../support/provider/oracle-cluster.ts";
import { configured, configuredFor, type Plain } from "../support/provider/reading.ts";
import type { RecordingName } from "../support/pve/recordings.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const leftOut = ({ endpoint }: PveStandIn) => ({
  severity: "warning",
  summary: "Node Left Out",
  detail:
    `The results say nothing of what could not be read:\n  - pve4: the cluster reports it as offline (GET /api2/json/nodes at ${endpoint})\n` +
    "Mind that mappings made with for_each for the devices of a node that is left out would now be planned for destruction, and that its " +
    "lines leave pools and every mapping made with map = gpus.",
  attribute: "unreachable_nodes",
});

let pve: PveStandIn;
beforeAll(async () => {
  pve = await startPve();
});
afterAll(async () => {
  await pve.close();
});

describe("the values", () => {
  const selections: readonly Arguments[] = [
    {},
    { classes: ["gpu"] },
    { classes: ["display", "accelerator"] },
    { classes: ["gpu"], mapping_names: "model", mapping_prefix: "card" },
    { vendor_ids: ["0x10DE"], nodes: ["pve2", "pve1", "pve2"] },
    { ids: ["10DE:2204", "0x1002:0x73bf"] },
    { subsystem_ids: ["1043:866a"] },
    { name_regex: "(?i)rtx [23]0" },
    { mdev: true },
    { virtual_functions: true },
    { virtual_functions: false, classes: ["gpu"] },
    { physical_function: "c1:00.0" },
    { paths: ["pve1/01:00", "10000:e1:00.0"] },
    { classes: ["audio"] },
    { classes: ["bridge", "network", "storage", "usb", "0b40"] },
  ];
  const recordings: readonly RecordingName[] = ["pve9", "pve7"];
  const cases = recordings.flatMap((source) => selections.map((selection) => ({ source, selection })));

  it.each(cases)("of $source with $selection are the oracle's", async ({ source, selection }) => {
    const stand = await startPve({ source });
    const arguments_: Arguments = { ...selection, unreachable_nodes: "warn" };
    const { state } = await (await configuredFor(stand)).read({ ...arguments_ } as { [name: string]: Plain });
    const expected = oracle(oracleCluster(stand), arguments_);
    await stand.close();
    if (!("state" in expected)) throw new Error("the oracle expects a failure");
    const { devices, gpus, by_node, mappings, pools } = state ?? {};
    expect({ devices, gpus, by_node, mappings, pools }).toEqual(expected.state);
  });
});

describe("an argument that is wrong by itself", () => {
  it.each<[{ readonly [name: string]: Plain }, string, string]>([
    [
      { nodes: ["a b"] },
      "nodes[0]",
      '"a b" is not the name of a Proxmox node: names have letters, digits and "-", such as "pve1".',
    ],
    [
      { nodes: [] },
      "nodes",
      "nodes is empty, and nothing could ever match it. Leave the argument out to set no limit.",
    ],
    [
      { classes: ["gpu", "gpus"] },
      "classes[1]",
      '"gpus" is not a class: write "gpu", "display", "accelerator", "audio", "network", "storage", "usb", "bridge", or the first two to six hexadecimal digits of a class code, such as "0302".',
    ],
    [
      { vendor_ids: ["10dex"] },
      "vendor_ids[0]",
      '"10dex" is not a vendor id: write four hexadecimal digits, such as "10de".',
    ],
    [
      { ids: ["10de"] },
      "ids[0]",
      '"10de" is not a device id: write two times four hexadecimal digits with a colon between them, such as "10de:2204".',
    ],
    [
      { subsystem_ids: ["1462:"] },
      "subsystem_ids[0]",
      '"1462:" is not a subsystem id: write two times four hexadecimal digits with a colon between them, such as "10de:2204".',
    ],
    [
      { paths: ["pve1/3:0.0"] },
      "paths[0]",
      '"pve1/3:0.0" is not a PCI address: write "0000:03:00.0" or "03:00.0" for one function, "0000:03:00" for a whole slot.',
    ],
    [{ paths: [null] }, "paths[0]", "paths[0] is null. Leave it out, or give it a value."],
    [
      { name_regex: "(" },
      "name_regex",
      '"(" is not a regular expression in JavaScript\'s syntax: Unterminated group.',
    ],
    [
      { physical_function: "01:00" },
      "physical_function",
      '"01:00" is a slot: write the function too, such as "0000:01:00.0".',
    ],
    [{ at_least: -1 }, "at_least", "at_least is -1, and must be at least 0."],
    [{ at_most: -1 }, "at_most", "at_most is -1, and must be at least 0."],
    [
      { at_least: 3, at_most: 1 },
      "at_most",
      "at_most is 1 and at_least is 3: no selection can have fewer devices than the one and more than the other.",
    ],
    [
      { unreachable_nodes: "ignore" },
      "unreachable_nodes",
      'unreachable_nodes is "ignore", which is none of the values it can have: "error", "warn".',
    ],
    [
      { mapping_prefix: "3090" },
      "mapping_prefix",
      '"3090" cannot begin the name of a Proxmox mapping: write a letter first, then letters, digits, "_" and "-".',
    ],
    [
      { mapping_names: "name" },
      "mapping_names",
      'mapping_names is "name", which is none of the values it can have: "address", "model".',
    ],
  ])("is refused at validation: %j", async (arguments_, attribute, detail) => {
    const told = (await configuredFor(pve)).validate(arguments_);
    expect(told.map((diagnostic) => [diagnostic.severity, diagnostic.attribute, diagnostic.detail])).toEqual([
      ["error", attribute, detail],
    ]);
  });
});

describe("a selection that is not what was expected", () => {
  it("fails below at_least and lists the near misses", async () => {
    const provider = await configuredFor(pve);
    const { state, told } = await provider.read({
      nodes: ["pve3"],
      classes: ["gpu"],
      name_regex: "RX 7900",
      at_least: 1,
    });
    expect(state).toBeNull();
    expect(told).toEqual([
      {
        severity: "error",
        summary: "Too Few PCI Devices Match",
        detail:
          "No PCI device matches, and at_least asks for 1. 6 devices were read, of pve3.\nWhat comes nearest:\n" +
          "  - pve3 0000:03:00.0 [1002:73bf] class 030000 Advanced Micro Devices, Inc. [AMD/ATI] Navi 21 [Radeon RX 6800/6800 XT / 6900 XT], left out by name_regex",
        attribute: "at_least",
      },
    ]);
  });

  it("fails above at_most and lists what matches", async () => {
    const { state, told } = await (await configuredFor(pve)).read({
      nodes: ["pve3"],
      classes: ["usb"],
      at_most: 0,
    });
    expect(state).toBeNull();
    expect(told).toEqual([
      {
        severity: "error",
        summary: "Too Many PCI Devices Match",
        detail:
          "1 PCI device matches, and at_most allows 0. Narrow the selection with another argument. What matches:\n" +
          "  - pve3 0000:03:00.2 [1002:73a6] class 0c0330 Advanced Micro Devices, Inc. [AMD/ATI] Device 73a6",
        attribute: "at_most",
      },
    ]);
  });

  it("fails where an element of paths has nothing at it, and says what is near", async () => {
    const { state, told } = await (await configuredFor(pve)).read({
      nodes: ["pve3"],
      paths: ["03:00.0", "pve3/26:00.1"],
    });
    expect(state).toBeNull();
    expect(told).toEqual([
      {
        severity: "error",
        summary: "PCI Device Not Found",
        detail:
          'There is no PCI device at "pve3/26:00.1". 6 devices were read, of pve3.\nWhat comes nearest:\n' +
          "  - pve3 0000:26:00.0 [10ec:8168] class 020000 Realtek Semiconductor Co., Ltd. RTL8111/8168/8411 PCI Express Gigabit Ethernet Controller\n" +
          "  - pve3 0000:03:00.0 [1002:73bf] class 030000 Advanced Micro Devices, Inc. [AMD/ATI] Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]",
        attribute: "paths[1]",
      },
    ]);
  });

  it("fails where an element of paths names a node that is not read, and says so", async () => {
    const { told } = await (await configuredFor(pve)).read({ nodes: ["pve3"], paths: ["pve1/03:00.0"] });
    expect(told.map(({ attribute, detail }) => [attribute, detail.split("\n")[0]])).toEqual([
      [
        "paths[0]",
        'There is no PCI device at "pve1/03:00.0": pve1 is not among the nodes that were read. 6 devices were read, of pve3.',
      ],
    ]);
  });

  it("only warns where the element may be on a node that was left out", async () => {
    const provider = await configuredFor(pve);
    const { state, told } = await provider.read({
      nodes: ["pve3", "pve4"],
      unreachable_nodes: "warn",
      classes: ["usb"],
      paths: ["pve4/01:00.0", "03:00.2"],
    });
    expect(state?.["devices"]).toHaveLength(1);
    expect(told.map(({ severity, attribute }) => [severity, attribute])).toEqual([
      ["warning", "unreachable_nodes"],
      ["warning", "paths[0]"],
      ["warning", ""],
    ]);
    expect(told[1]?.detail.split("\n").at(-1)).toBe("It may be on pve4, left out.");
  });

  it("fails for a node that is no member, with the names that are near", async () => {
    const { told } = await (await configuredFor(pve)).read({ nodes: ["pve1", "pve"] });
    expect(told.map(({ attribute, detail }) => [attribute, detail])).toEqual([
      [
        "nodes[1]",
        `"pve" is no node of this cluster (GET /api2/json/nodes at ${pve.endpoint}). Its members are pve1, pve2, pve3 and pve4.`,
      ],
    ]);
  });

  it("suggests one node where the name differs in case alone", async () => {
    const { told } = await (await configuredFor(pve)).read({ nodes: ["PVE1"] });
    expect(told.map(({ attribute, detail }) => [attribute, detail])).toEqual([
      [
        "nodes[0]",
        `"PVE1" is no node of this cluster (GET /api2/json/nodes at ${pve.endpoint}). Is pve1 meant? Its members are pve1, pve2, pve3 and pve4.`,
      ],
    ]);
  });

  it("reads only the nodes of paths where every element names one", async () => {
    const stand = await startPve();
    const provider = await configuredFor(stand);
    const { state, told } = await provider.read({ paths: ["pve1/01:00", "pve3/03:00.0", "pve1/01:00.0"] });
    const asked = stand.requests.requests.map(({ node }) => node).filter((node) => node !== null);
    await stand.close();
    expect(Object.keys(state?.["by_node"] ?? {})).toEqual(["pve1", "pve3"]);
    expect(told.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(asked.toSorted()).toEqual(["pve1", "pve3"]);
  });

  it("reads every node where one element of paths names none, or nodes says so", async () => {
    const provider = await configuredFor(pve);
    const mixed = await provider.read({ paths: ["pve1/01:00", "03:00.0"], unreachable_nodes: "warn" });
    expect(Object.keys(mixed.state?.["by_node"] ?? {})).toEqual(["pve1", "pve2", "pve3"]);
    const both = await provider.read({ nodes: ["pve1", "pve2"], paths: ["pve1/01:00"] });
    expect(Object.keys(both.state?.["by_node"] ?? {})).toEqual(["pve1", "pve2"]);
  });

  it("suggests the node where one element of several names none that was read", async () => {
    const { told } = await (await configuredFor(pve)).read({
      paths: ["PVE1/01:00.0", "01:00.0"],
      unreachable_nodes: "warn",
    });
    const errors = told.filter(({ severity }) => severity === "error");
    expect(errors.map(({ attribute, detail }) => [attribute, detail.split("\n")[0]])).toEqual([
      [
        "paths[0]",
        expect.stringMatching(
          /^There is no PCI device at "PVE1\/01:00\.0": PVE1 is not among the nodes that were read \(is pve1 meant\?\)\. /,
        ),
      ],
    ]);
  });

  it("fails where an element of paths names no member", async () => {
    const { told } = await (await configuredFor(pve)).read({ paths: ["pve1/01:00", "pve11/03:00"] });
    expect(told.map(({ attribute, detail }) => [attribute, detail])).toEqual([
      [
        "paths[1]",
        `"pve11" is no node of this cluster (GET /api2/json/nodes at ${pve.endpoint}). Is pve1 meant? Its members are pve1, pve2, pve3 and pve4.`,
      ],
    ]);
  });
});

describe("nodes that cannot be read", () => {
  it("fail the read, unless the configuration says otherwise", async () => {
    const { state, told } = await (await configuredFor(pve)).read({ classes: ["gpu"] });
    expect(state).toBeNull();
    expect(told).toEqual([
      {
        severity: "error",
        summary: "Node Cannot Be Read",
        detail:
          `Without its answer nobody knows what a node has:\n  - pve4: the cluster reports it as offline (GET /api2/json/nodes at ${pve.endpoint})\nBring it back, ` +
          'name the others in nodes, or set unreachable_nodes = "warn" to go on without it. Mind that mappings made with ' +
          "for_each for the devices of a node that is not read are planned for destruction.",
        attribute: "",
      },
    ]);
  });

  it("are left out with a warning that speaks of for_each", async () => {
    const provider = await configuredFor(pve);
    const { state, told } = await provider.read({ unreachable_nodes: "warn", classes: ["network"] });
    expect(told[0]).toEqual(leftOut(pve));
    expect(Object.keys(state?.["by_node"] ?? {})).toEqual(["pve1", "pve2", "pve3"]);
  });

  it("are not asked when the cluster knows that they are offline", async () => {
    const stand = await startPve();
    await (await configuredFor(stand)).read({ unreachable_nodes: "warn" });
    const asked = stand.requests.requests.map(({ node }) => node).filter((node) => node !== null);
    await stand.close();
    expect(asked.toSorted()).toEqual(["pve1", "pve2", "pve3"]);
  });

  it("are left out when Proxmox answers 595 for them", async () => {
    const stand = await startPve();
    stand.faults.add({ kind: "status", status: 595, reason: "No route to host" }, { node: "pve2" });
    const provider = await configured({
      endpoint: stand.endpoint,
      api_token: stand.tokens.discovery,
      ca_pem: stand.caPem,
      max_retries: 0,
    });
    const { state, told } = await provider.read({ nodes: ["pve1", "pve2"], unreachable_nodes: "warn" });
    await stand.close();
    expect(Object.keys(state?.["by_node"] ?? {})).toEqual(["pve1"]);
    expect(told[0]?.summary).toBe("Node Left Out");
    expect(told[0]?.detail).toContain("\n  - pve2: ");
  });

  it("are not all left out when it is the endpoint that is away", async () => {
    const stand = await startPve();
    stand.faults.add({ kind: "drop" }, { path: /hardware/ });
    const provider = await configured({
      endpoint: stand.endpoint,
      api_token: stand.tokens.discovery,
      ca_pem: stand.caPem,
      max_retries: 0,
    });
    const { state, told } = await provider.read({ unreachable_nodes: "warn" });
    await stand.close();
    expect(state).toBeNull();
    expect(told.map(({ severity, summary }) => [severity, summary])).toEqual([
      ["error", "Unable to Read PCI Devices"],
    ]);
  });
});

describe("each node", () => {
  it("is read once for all data sources of one configured provider, and again for the next", async () => {
    const stand = await startPve();
    const provider = await configuredFor(stand);
    await Promise.all([
      provider.read({ unreachable_nodes: "warn" }),
      provider.read({ unreachable_nodes: "warn", classes: ["gpu"] }),
    ]);
    await provider.read({ nodes: ["pve1"] });
    const readOnce = stand.requests.lines.filter((line) => line.includes("/hardware/pci")).toSorted();
    await (await configuredFor(stand)).read({ nodes: ["pve1"] });
    const readTwice = stand.requests.lines.filter((line) => line.includes("/nodes/pve1/hardware/pci"));
    await stand.close();
    expect(readOnce).toEqual([
      "GET /nodes/pve1/hardware/pci",
      "GET /nodes/pve2/hardware/pci",
      "GET /nodes/pve3/hardware/pci",
    ]);
    expect(readTwice).toHaveLength(2);
  });

  it("is asked again when it did not answer the first time", async () => {
    const stand = await startPve();
    stand.faults.add({ kind: "status", status: 595, reason: "No route to host" }, { node: "pve1", times: 1 });
    const provider = await configuredFor(stand);
    const first = await provider.read({ nodes: ["pve1"] });
    const second = await provider.read({ nodes: ["pve1"] });
    await stand.close();
    expect(first.state).toBeNull();
    expect(second.state?.["devices"]).toHaveLength(16);
  });

  it("is not asked again when it refused, which it would do again", async () => {
    const stand = await startPve();
    stand.faults.add(
      { kind: "status", status: 403, reason: "Permission check failed (/, Sys.Audit)" },
      { node: "pve1", times: 1 },
    );
    const provider = await configuredFor(stand);
    const first = await provider.read({ nodes: ["pve1"] });
    const second = await provider.read({ nodes: ["pve1"] });
    const asked = stand.requests.lines.filter((line) => line.includes("/nodes/pve1/hardware/pci"));
    await stand.close();
    expect(first.state).toBeNull();
    expect(second).toStrictEqual(first);
    expect(asked).toHaveLength(1);
  });
});

describe("a cluster that is being upgraded", () => {
  it("tells VFs by position on the node that is still old, whatever the one that answers is", async () => {
    const stand = await startPve();
    const node = stand.cluster.nodes.get("pve2");
    if (node === undefined) throw new Error("pve2 is gone");
    node.version = { version: "8.4.1", release: "8.4", repoid: "0" };
    const provider = await configuredFor(stand);
    const { state, told } = await provider.read({ nodes: ["pve2"], paths: ["c1:00"] });
    const asked = stand.requests.lines.filter((line) => line.endsWith("/pve2/version"));
    await stand.close();
    expect(state?.["gpus"]).toMatchObject([{ kind: "pf" }, { kind: "vf" }, { kind: "vf" }]);
    expect(told.map(({ summary }) => summary)).toContain("Virtual Functions Are Not Reported");
    expect(asked).toHaveLength(1);
  });

  it("takes equal functions for functions of one card where the node would report VFs", async () => {
    const stand = await startPve();
    const node = stand.cluster.nodes.get("pve2");
    if (node === undefined) throw new Error("pve2 is gone");
    node.hardware = node.hardware.map(({ physfn: _pf, virtfns: _vfs, mdev: _mdev, ...device }) => device);
    stand.cluster.version = { version: "9.1.2", release: "9.1", repoid: "0" };
    node.version = { version: "9.2.11", release: "9.2", repoid: "0" };
    const { state } = await (await configuredFor(stand)).read({ nodes: ["pve2"], paths: ["c1:00"] });
    await stand.close();
    expect(state?.["gpus"]).toMatchObject([
      { kind: "card", path: "0000:c1:00", functions: ["0000:c1:00.0", "0000:c1:00.4", "0000:c1:00.5"] },
    ]);
  });

  it("goes on without a node that goes away before it tells its version", async () => {
    const stand = await startPve({ source: "pve7" });
    stand.faults.add(
      { kind: "status", status: 595, reason: "Connection refused" },
      { path: "/nodes/pve2/version" },
    );
    const provider = await configuredFor(stand);
    const { state, told } = await provider.read({ nodes: ["pve2"], unreachable_nodes: "warn" });
    await stand.close();
    expect(state?.["devices"]).toEqual([]);
    expect(told.map(({ summary }) => summary)).toEqual(["Node Left Out"]);
  });

  it("goes by the one that answers where a node does not tell its version", async () => {
    const stand = await startPve({ source: "pve7" });
    stand.faults.add(
      { kind: "status", status: 501, reason: "Method 'GET /nodes/pve2/version' not implemented" },
      { path: "/nodes/pve2/version" },
    );
    const { state } = await (await configuredFor(stand)).read({ nodes: ["pve2"], virtual_functions: true });
    await stand.close();
    expect(state?.["devices"]).toHaveLength(2);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configuredFor, type Plain } from "../support/provider/reading.ts";
import { nodeOf, type PciDevice } from "../support/pve/cluster.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { resolveHostPci } from "../support/pve/hostpci.ts";
import { checkEntry, entriesOfNode } from "../support/pve/pci-mapping.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { TaskError } from "../support/pve/task.ts";
import { capabilitiesOf } from "../support/pve/version.ts";

/** Releases on both sides of every change of the check: words, missing subsystems, mediated devices. */
const RELEASES = ["8.0.4", "8.2.2", "8.2.3", "8.3.5", "8.4.1", "9.1.9", "9.2.11"];
const CLUSTERS = [
  ["mediated-devices", "mdev-host"],
  ["corners", "odd"],
  ["usb-c-cards", "x670e"],
  ["igpu-without-group", "pve"],
] as const;

type Properties = Record<"id" | "iommugroup" | "path" | "subsystem-id", string>;

/** The line that a device needs. */
function lineOf(device: PciDevice): Properties {
  const { subsystem_vendor: vendor, subsystem_device: model } = device;
  return {
    id: `${device.vendor}:${device.device}`.replaceAll("0x", ""),
    iommugroup: device.iommugroup < 0 ? "" : String(device.iommugroup),
    path: device.id,
    "subsystem-id": vendor === undefined ? "" : `${String(vendor)}:${String(model)}`.replaceAll("0x", ""),
  };
}

/** Lines as people leave them behind: right, with something wrong, for a slot, for two addresses. */
function lineArbitrary(node: string, devices: readonly PciDevice[]): fc.Arbitrary<string> {
  const device = fc.constantFrom(...devices);
  type Change = (line: Properties, other: PciDevice) => Partial<Properties>;
  const wrong = fc.constantFrom<Change[]>(
    ({ path }) => ({ path: path.replace(/\.\d$/, "") }),
    ({ path }, other) => ({ path: `${path};${other.id}` }),
    ({ path }) => ({ path: path.replace(/.:(..)\.\d$/, "f:$1.7") }),
    ({ id }) => ({ id: id.toUpperCase() }),
    () => ({ id: "10de:ffff" }),
    () => ({ iommugroup: "" }),
    () => ({ iommugroup: "-1" }),
    () => ({ iommugroup: "99" }),
    () => ({ "subsystem-id": "" }),
    () => ({ "subsystem-id": "1462:ffff" }),
  );
  const change = fc.oneof({ weight: 2, arbitrary: fc.constant<Change>(() => ({})) }, wrong);
  return fc.tuple(device, device, change, change).map(([one, other, first, second]) => {
    const right = lineOf(one);
    const line = { ...right, ...first(right, other), ...second(right, other), node };
    return Object.entries(line)
      .filter(([, value]) => value !== "")
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
  });
}

/** What ends the start of a guest that names the mapping; null when its devices are found. */
function endOfStart(pve: PveStandIn, node: string, version: string, name: string): string | null {
  try {
    resolveHostPci(pve.cluster, capabilitiesOf(version), node, `mapping=${name}`);
    return null;
  } catch (error) {
    if (error instanceof TaskError) return error.message;
    throw error;
  }
}

/** What Proxmox says of each line for the node, in their order; null of one with which a guest starts. */
function messagesOf(pve: PveStandIn, node: string, version: string, name: string): (string | null)[] {
  const mapping = pve.cluster.mappings.get(name);
  const entries = mapping === undefined ? [] : entriesOfNode(mapping, node);
  return entries.map((entry) => {
    const problem = checkEntry(pve.cluster, capabilitiesOf(version), name, entry);
    return problem === null ? null : problem.trimEnd();
  });
}

interface NodeResult {
  readonly status: string;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

describe.each(CLUSTERS)("the mappings of the cluster %s", (file, node) => {
  it.each(RELEASES)("are what a start on %s finds them to be", async (version) => {
    const hardware = readHardwareFile(new URL(`../fixtures/clusters/${file}.json`, import.meta.url));
    const pve = await startPve({ source: { ...hardware, version: { version } } });
    const { hardware: devices } = nodeOf(pve.cluster, node);
    pve.cluster.mappings.clear();
    const mapping = fc.tuple(
      fc.array(lineArbitrary(node, devices), { minLength: 1, maxLength: 2 }),
      fc.constantFrom<(0 | 1)[]>(0, 0, 1),
    );
    for (const [index, [map, mdev]] of fc.sample(mapping, { numRuns: 60, seed: 1 }).entries()) {
      pve.cluster.mappings.set(`m${index}`, { map, mdev });
    }
    const { state } = await (await configuredFor(pve)).read({ nodes: [node] }, "gpuhost_pci_mappings");
    await pve.close();
    const mappings = (state?.["mappings"] ?? {}) as {
      readonly [name: string]: { readonly [key: string]: Plain };
    };
    const told = Object.entries(mappings).map(([name, result]) => {
      const { status, problems } = (result["nodes"] as unknown as Record<string, NodeResult>)[
        node
      ] as NodeResult;
      // Of a line Proxmox says the first thing alone; what is added stands behind a semicolon.
      const said = problems.map(({ message }) => message.split("; ")[0]);
      const expected = messagesOf(pve, node, version, name);
      return {
        name,
        status,
        missing: expected.filter((message) => message !== null && !said.includes(message)),
      };
    });
    const started = [...pve.cluster.mappings.keys()].toSorted().map((name) => ({
      name,
      status: endOfStart(pve, node, version, name) === null ? "valid" : "invalid",
      missing: [],
    }));
    expect(told.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(started);
    expect(new Set(started.map(({ status }) => status)).size).toBe(2);
  });
});

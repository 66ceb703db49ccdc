/** Warnings of a read that succeeded: each of these problems only fails when a guest starts. */
import type { Diagnostics } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import type { PciDevice } from "../../../pci/device.ts";
import { type Host, isIommuOff } from "../../../pci/host.ts";
import type { NamedUnit } from "../../../pci/mapping.ts";
import { grouplessOf } from "../../../pci/unit.ts";
import { nameDevice } from "../../device-line.ts";
import type { Manner } from "../../manner.ts";
import { enumerated, itemised } from "../../wording.ts";

/** Warns of hosts with selected devices that cannot pass through anything. */
export function warnOfMissingIommu(
  hosts: readonly Host[],
  devices: readonly PciDevice[],
  diagnostics: Diagnostics,
): void {
  const selected = new Set(devices.map(({ node }) => node));
  const nodes = hosts.filter((host) => isIommuOff(host) && selected.has(host.node)).map(({ node }) => node);
  if (nodes.length === 0) return;
  diagnostics.warning(
    "IOMMU Is Off",
    `On ${enumerated(nodes)} no device is in an IOMMU group: nothing can be passed through to a guest there, and ` +
      "iommu_group is null. Switch the IOMMU on in the firmware of the host (VT-d, AMD-Vi) and in its kernel, and " +
      "restart it.",
  );
}

/** Warns of units that cannot be passed through, on hosts where other units can. */
export function warnOfMissingGroups(
  hosts: readonly Host[],
  units: readonly NamedUnit[],
  diagnostics: Diagnostics,
): void {
  const off = new Set(hosts.filter(isIommuOff).map(({ node }) => node));
  const lines = units
    .filter(({ node, isolated }) => !off.has(node) && isolated === null)
    .map(describeGroupless);
  if (lines.length === 0) return;
  diagnostics.warning(
    lines.length === 1 ? "GPU Is in No IOMMU Group" : "GPUs Are in No IOMMU Group",
    `The IOMMU is on, and yet these are in no IOMMU group:${itemised(lines)}\nNo guest starts on them. Kernel ` +
      'parameters of the host can take a GPU out, as "intel_iommu=on,igfx_off" does with the integrated one: remove ' +
      "igfx_off there and restart the host.",
  );
}

/** The unit; where it is not its main function that is in no group, also what is. */
function describeGroupless(unit: NamedUnit): string {
  const name = nameDevice(unit.main);
  if (unit.main.iommuGroup === null) return name;
  return `${name}: ${enumerated(grouplessOf(unit).map((device) => device.path))} of it`;
}

/** A filter for or against VFs. */
export interface VirtualFunctionFilter {
  readonly argument: "virtual_functions" | "physical_function";
  /** The filter's node; null for every node. */
  readonly node: string | null;
}

/** Whether the filter asks for VFs of the node. */
export function concerns(filter: VirtualFunctionFilter | null, node: string): boolean {
  return filter !== null && (filter.node === null || filter.node === node);
}

/** What is asked for, and whether VFs matter to it. */
interface AskedFor {
  readonly devices: readonly PciDevice[];
  readonly units: readonly NamedUnit[];
  readonly filter: VirtualFunctionFilter | null;
}

/**
 * Warns of nodes that cannot report VFs: every such node that a filter for VFs concerns, otherwise only those with
 * selected VFs that are inferred, or with cards that have such VFs.
 */
export function warnOfUnreportedVirtualFunctions(
  hosts: readonly Host[],
  { devices, units, filter }: AskedFor,
  diagnostics: Diagnostics,
): void {
  const silent = hosts.filter((host) => !host.reportsVirtualFunctions);
  if (silent.length === 0) return;
  const selected = new Set([
    ...devices.map(({ node, path: at }) => `${node}/${at}`),
    ...units.flatMap(({ node, kind, main }) => (kind === "card" ? [] : [`${node}/${main.path}`])),
  ]);
  const matters = (host: Host): boolean =>
    concerns(filter, host.node) ||
    [...host.virtualFunctions, ...host.livePhysicalFunctions].some((at) =>
      selected.has(`${host.node}/${at}`),
    );
  const nodes = silent.filter(matters).map(({ node }) => node);
  if (nodes.length === 0) return;
  diagnostics.warning(
    "Virtual Functions Are Not Reported",
    `Proxmox VE reports which device is a virtual function from version 9.1.12 on. On ${enumerated(nodes)} a display ` +
      "controller or accelerator is taken for one by its place, its id or its name, and any other device by its name " +
      "alone; physical_function stays null and virtual_functions empty.",
    filter === null ? [] : path(filter.argument),
  );
}

/** The most devices of one group that a line names. */
const MAX_PEERS = 20;

/** Warns of units that cannot go to a guest alone. */
export function warnOfSharedGroups(units: readonly NamedUnit[], diagnostics: Diagnostics): void {
  const shared = units.filter((unit) => unit.isolated === false);
  if (shared.length === 0) return;
  const lines = shared.map((unit) => {
    const peers = unit.groupPeers
      .slice(0, MAX_PEERS)
      .map((peer) => `${peer.path}${peer.name === null ? "" : ` (${peer.name})`}`);
    const rest = unit.groupPeers.length - peers.length;
    if (rest > 0) peers.push(`${rest} more`);
    return `${nameDevice(unit.main)} shares IOMMU group ${unit.iommuGroups.join(", ")} with ${peers.join(", ")}`;
  });
  diagnostics.warning(
    "GPU Is Not Isolated",
    `A guest gets a whole IOMMU group or nothing, and the host loses all that is in it:${itemised(lines)}\nMove the ` +
      "card to another slot or switch ACS on in the firmware. Giving all of the group to one guest is a way only where the " +
      "host itself needs nothing of it, such as its disk or its network.",
  );
}

/** Warns of cards of which a mapping passes only a part. */
export function warnOfFunctionsLeftBehind(units: readonly NamedUnit[], diagnostics: Diagnostics): void {
  const partial = units.filter((unit) => unit.leftBehind.length > 0);
  if (partial.length === 0) return;
  const lines = partial.map(
    (unit) =>
      `${nameDevice(unit.main)} is mapped as ${unit.path}, without ${unit.leftBehind.map((it) => it.path).join(", ")}`,
  );
  diagnostics.warning(
    "Functions Are Left Behind",
    "A card is mapped as a whole only when its function .0 is the display or accelerator, none of its functions " +
      `offers mediated devices, and nothing but its own functions lies in its slot:${itemised(lines)}`,
  );
}

/** Warns of cards on which no guest may start in their present state. */
export function warnOfLivePhysicalFunctions(
  units: readonly NamedUnit[],
  diagnostics: Diagnostics,
  { configures }: Manner,
): void {
  const lines = units.filter(({ kind }) => kind === "pf").map(({ main }) => nameDevice(main));
  if (lines.length === 0) return;
  diagnostics.warning(
    "Card Has Live Virtual Functions",
    `Starting a guest on one of these cards would destroy its virtual functions:${itemised(lines)}\nThey are left out ` +
      "of pools. Pass the virtual functions through instead, and make no mapping of these" +
      (configures ? ': in for_each, leave out the elements of mappings whose kind is "pf".' : "."),
  );
}

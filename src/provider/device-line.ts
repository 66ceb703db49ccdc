/** Devices as messages name them. */
import type { PciDevice } from "../pci/device.ts";
import type { Host } from "../pci/host.ts";
import type { PathSelector } from "../pci/path-selector.ts";
import { nearestToAddress } from "../pci/selection.ts";
import { enumerated, itemised } from "./wording.ts";

/** The most devices that a message lists. */
export const MAX_NEAR_MISSES = 10;

/** Node, address, ids and name of a device, as messages list it. */
export function describeDevice(device: PciDevice): string {
  return `${device.node} ${device.path} [${device.id}] class ${device.class}${device.name === null ? "" : ` ${device.name}`}`;
}

/** Node, address and name of a device, for the middle of a sentence. */
export function nameDevice(device: PciDevice): string {
  return `${device.node} ${device.path}${device.name === null ? "" : ` (${device.name})`}`;
}

/** Says that the hosts that were read have nothing at an address, and what is nearest. */
export function nothingAt(selector: PathSelector, hosts: readonly Host[]): string {
  const near = nearestToAddress(hosts, selector, MAX_NEAR_MISSES).map(describeDevice);
  return (
    `There is no PCI device at "${selector.text}"` +
    `${selector.node === null ? "" : unreadNode(selector.node, hosts)}. ${readNodes(hosts)}` +
    (near.length === 0 ? "" : `\nWhat comes nearest:${itemised(near, MAX_NEAR_MISSES)}`)
  );
}

function unreadNode(name: string, hosts: readonly Host[]): string {
  const nodes = hosts.map(({ node }) => node);
  if (nodes.includes(name)) return "";
  // A similar name may be a member that was not to be read.
  const meant = nodes.find((node) => node.toLowerCase() === name.toLowerCase());
  return `: ${name} is not among the nodes that were read${meant === undefined ? "" : ` (is ${meant} meant?)`}`;
}

/** How many devices were read, and from which nodes. */
export function readNodes(hosts: readonly Host[]): string {
  if (hosts.length === 0) return "No node was read.";
  const count = hosts.reduce((sum, host) => sum + host.devices.length, 0);
  return `${count === 1 ? "1 device was" : `${count} devices were`} read, of ${enumerated(hosts.map(({ node }) => node))}.`;
}

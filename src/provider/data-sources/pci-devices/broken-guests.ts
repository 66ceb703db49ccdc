/** Guests that will not start as they are configured. */
import type { Diagnostics } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import type { Host } from "../../../pci/host.ts";
import { type Fault, faultsOn } from "../../../pci/usage/broken.ts";
import { nameGuest } from "../../guest-line.ts";
import type { Usage } from "../../guest-usage.ts";
import type { Manner } from "../../manner.ts";
import { enumerated, itemised } from "../../wording.ts";

/** Warns of guests that will not start, on the nodes of the selected devices. */
export function warnOfBrokenGuests(
  hosts: readonly Host[],
  { guests, coverage, missing, checkOf }: Usage,
  diagnostics: Diagnostics,
  manner: Manner,
): void {
  const faults = faultsOn(hosts, guests, coverage, (name) => missing.has(name), checkOf);
  if (faults.length === 0) return;
  diagnostics.warning(
    "Guests Will Not Start",
    `As they are configured, these do not start, or not again once they have stopped:${itemised(faults.map((fault) => describeFault(fault, manner)))}`,
    path("include_usage"),
  );
}

function describeFault(fault: Fault, manner: Manner): string {
  return `${nameGuest(fault.guest)} on ${fault.guest.node}: ${fault.key} ${whatIsWrong(fault, manner)}`;
}

/** What keeps the guest from starting, as text after the name of the entry. */
export function whatIsWrong(fault: Fault, { configures }: Manner): string {
  const { node } = fault.guest;
  switch (fault.kind) {
    case "no mapping":
      return `names the mapping ${fault.mapping}, which does not exist. Make it, or take the entry out of the guest.`;
    case "no line": {
      const elsewhere =
        fault.nodes.length === 0
          ? ""
          : `, or move the guest to a node for which it has one (${some(fault.nodes)})`;
      return `names the mapping ${fault.mapping}, which has no line for ${node}. Give it one${elsewhere}.`;
    }
    case "invalid line":
      return (
        `names the mapping ${fault.mapping}, of which a line for ${node} is not what the hardware is: ` +
        `${fault.message}. ${configures ? "The data source gpuhost_pci_mappings" : "gpuhost doctor"} says what is wrong with it, and how it should read where that can be told.`
      );
    case "nothing there":
      return `names the address ${fault.address}, where ${node} has nothing. Name the device where it is now, or take the entry out.`;
    case "bridge":
      return `takes the PCI bridge ${fault.device.path}, which no guest can have. Name the device behind it, or take the entry out.`;
    case "twice": {
      const others = fault.holders.filter((key) => key !== fault.key);
      const what = `can only get ${fault.device.path} a second time`;
      return others.length === 0
        ? `names ${fault.device.path} twice. Name it once.`
        : `${what}, which ${enumerated(others)} ${others.length === 1 ? "has" : "have"} by then. Take one of the entries out, or give it another device.`;
    }
  }
}

/** The most nodes that a sentence names. */
const MAX_NODES = 10;

function some(nodes: readonly string[]): string {
  const rest = nodes.length - MAX_NODES;
  return enumerated(rest > 0 ? [...nodes.slice(0, MAX_NODES), `${rest} more`] : nodes);
}

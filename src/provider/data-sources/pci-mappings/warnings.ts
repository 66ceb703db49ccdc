/** Warnings about the mappings that were asked for, besides their states. */
import type { Diagnostics } from "../../../framework/diagnostics.ts";
import { formatAddress, slotOf } from "../../../pci/address.ts";
import { isVirtualFunction } from "../../../pci/host.ts";
import { type Alternatives, alternativesOf } from "../../../pci/mapping-alternatives.ts";
import { bareId, type MappingLine } from "../../../pci/mapping-line.ts";
import type { ProxmoxClient } from "../../../proxmox/client.ts";
import { ProxmoxError } from "../../../proxmox/errors.ts";
import { nameDevice } from "../../device-line.ts";
import type { LeftOut } from "../../inventory.ts";
import type { ReadMapping } from "../../mapping-list.ts";
import { enumerated, itemised } from "../../wording.ts";
import type { ReadNode } from "./node-check.ts";

/** Warns of lines that could not be compared, and of a member that does not know about the others. */
export async function warnOfUnchecked(
  leftOut: readonly LeftOut[],
  client: ProxmoxClient,
  diagnostics: Diagnostics,
  signal: AbortSignal,
): Promise<void> {
  if (leftOut.length === 0) return;
  diagnostics.warning(
    "Mappings Not Checked on Every Node",
    "The lines for nodes that could not be asked were not compared with their hardware:" +
      itemised(leftOut.map(({ node, account }) => `${node}: ${account}`)),
  );
  const member = await memberWithoutQuorum(client, signal);
  if (member === null) return;
  diagnostics.warning(
    "Cluster Member Has No Quorum",
    `${member}, which answers, has no quorum: it is cut off from the other members and reports them as offline, though ` +
      "they may be up and their guests running. Ask a member that has quorum, or mend the cluster's network.",
  );
}

/** The member that answers, if it says that it has no quorum; null also when it may not be asked. */
async function memberWithoutQuorum(client: ProxmoxClient, signal: AbortSignal): Promise<string | null> {
  try {
    const { cluster, nodes } = await client.clusterStatus(signal);
    if (cluster?.quorate !== false) return null;
    return nodes.find(({ local }) => local)?.name ?? "The member";
  } catch (error) {
    if (!(error instanceof ProxmoxError) || error.code === "cancelled") throw error;
    return null;
  }
}

/** Warns of nodes and devices that cannot be passed through with any lines. */
export function warnOfMissingIommu(
  mappings: readonly ReadMapping[],
  nodes: ReadonlyMap<string, ReadNode>,
  diagnostics: Diagnostics,
): void {
  const named = [...nodes].filter(([node]) => linesFor(mappings, node).length > 0);
  const off = named.filter(([, { settlement }]) => settlement.iommuOff).map(([node]) => node);
  if (off.length > 0) {
    diagnostics.warning(
      "IOMMU Is Off",
      `On ${enumerated(off)} no device is in an IOMMU group: no guest that names one of these mappings starts there. ` +
        "Nothing is suggested for their lines, since it is the host that has changed. Switch the IOMMU on in the " +
        "firmware of the host (VT-d, AMD-Vi) and in its kernel, and restart it.",
    );
  }
  const single = named.flatMap(([node, { settlement }]) =>
    settlement.iommuOff
      ? []
      : mappings.flatMap(({ name, lines }) =>
          lines
            .filter((line) => line.node === node)
            .flatMap((line) =>
              groupless(line, settlement).map((device) => `${nameDevice(device)}, of ${name}`),
            ),
        ),
  );
  if (single.length === 0) return;
  diagnostics.warning(
    "Device Is in No IOMMU Group",
    `These devices cannot be passed through, although their hosts have IOMMU groups:${itemised([...new Set(single)])}\nA ` +
      "kernel argument such as intel_iommu=on,igfx_off takes single devices out. Nothing is suggested for lines that " +
      "state a group.",
  );
}

function groupless(line: MappingLine, settlement: ReadNode["settlement"]) {
  return settlement
    .decisionsOf(line)
    .flatMap(({ decision }) =>
      "device" in decision && decision.device.iommuGroup === null ? [decision.device] : [],
    );
}

/** Warns of lines that people write for one card as a whole, but between which Proxmox chooses. */
export function warnOfAlternatives(
  mappings: readonly ReadMapping[],
  nodes: ReadonlyMap<string, ReadNode>,
  diagnostics: Diagnostics,
): void {
  const lines = mappings.flatMap(({ name, lines: all }) =>
    [...nodes].flatMap(([node, { host, settlement }]) =>
      alternativesOf(
        host,
        all.filter((line) => line.node === node),
        settlement,
      ).map((choice) => `${name}: ${describeChoice(choice)}`),
    ),
  );
  if (lines.length === 0) return;
  diagnostics.warning(
    "Lines Are Alternatives",
    "Several lines of a mapping for one node are a choice: Proxmox gives a guest the device of one of them, never all. " +
      `Here they name functions of one card:${itemised(lines)}`,
  );
}

/** The message about lines for functions of one card. */
export function describeChoice({ unit: { main, path }, functions }: Alternatives): string {
  const slot = formatAddress(slotOf(main.address));
  const advice =
    path === slot
      ? `one line with the path ${slot} and the values of ${main.path} passes all of the card`
      : "no line passes both, so write a mapping for each, and a hostpci entry for each in the guest";
  return `${enumerated(functions.map((device) => device.path))} of ${nameDevice(main)}; ${advice}`;
}

/** Warns when a suggestion, or a missing one, depends on virtual functions that the node's Proxmox does not report. */
export function warnOfUnreportedVirtualFunctions(
  mappings: readonly ReadMapping[],
  nodes: ReadonlyMap<string, ReadNode>,
  diagnostics: Diagnostics,
): void {
  const guessed = [...nodes]
    .filter(([node, known]) => linesFor(mappings, node).some((line) => restsOnGuess(line, known)))
    .map(([node]) => node);
  if (guessed.length === 0) return;
  diagnostics.warning(
    "Virtual Functions Are Not Reported",
    `Proxmox VE reports which device is a virtual function from version 9.1.12 on. On ${enumerated(guessed)} some are ` +
      "taken for virtual functions by their ids, addresses and names, and a line is neither moved to one nor left out " +
      "where one may be missing.",
  );
}

function restsOnGuess(line: MappingLine, { host, settlement }: ReadNode): boolean {
  if (host.reportsVirtualFunctions) return false;
  const id = bareId(line.id);
  return settlement
    .decisionsOf(line)
    .some(
      ({ decision }) =>
        decision.kind !== "home" &&
        host.devices.some(
          (device) =>
            isVirtualFunction(host, device) &&
            (device.id === id || ("there" in decision && decision.there === device)),
        ),
    );
}

function linesFor(mappings: readonly ReadMapping[], node: string): readonly MappingLine[] {
  return mappings.flatMap(({ lines }) => lines.filter((line) => line.node === node));
}

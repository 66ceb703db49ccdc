/** What `inspect` has found, in whatever form it is shown. */
import { type Diagnostic, Diagnostics } from "../../framework/diagnostics.ts";
import { isIommuOff } from "../../pci/host.ts";
import type { PciDevicesArguments } from "../../provider/data-sources/pci-devices/filters.ts";
import {
  type PciDevicesReading,
  type ReadingContext,
  readPciDevices,
} from "../../provider/data-sources/pci-devices.ts";
import { clusterMembers, type Progress } from "../../provider/inventory.ts";
import { explained } from "../../provider/proxmox-diagnostic.ts";
import { AS_OPTIONS } from "../option-name.ts";

export interface InspectedNode {
  readonly name: string;
  /** `unreachable`: online for the cluster, but does not answer. */
  readonly status: "online" | "offline" | "unreachable";
  /** Whether the IOMMU is on; null for a node that was not read. */
  readonly iommu: boolean | null;
}

export interface Inspection extends PciDevicesReading {
  /** The version of the member that answers. */
  readonly proxmoxVersion: string;
  /** All members, by name. */
  readonly nodes: readonly InspectedNode[];
  readonly warnings: readonly Diagnostic[];
  /** Whether guests were read too. */
  readonly usage: boolean;
}

/** Reads what the arguments select. @throws DiagnosticError */
export async function inspectCluster(
  args: PciDevicesArguments,
  context: Omit<ReadingContext, "diagnostics">,
  onProgress: Progress,
): Promise<Inspection> {
  const { instance: client, signal } = context;
  const diagnostics = new Diagnostics();
  const reading = await readPciDevices(args, { ...context, diagnostics, manner: AS_OPTIONS }, onProgress);
  diagnostics.throwErrors();
  const [members, proxmoxVersion] = await explained("Unable to Read the Cluster", () =>
    Promise.all([clusterMembers(client, signal), client.version(signal)]),
  );
  const iommu = new Map(reading.hosts.map((host) => [host.node, !isIommuOff(host)]));
  const silent = new Set(reading.leftOut.flatMap(({ node, error }) => (error === null ? [] : [node])));
  const nodes = members
    .map(({ name, status }): InspectedNode => {
      const answering = status === "offline" ? "offline" : "online";
      return { name, status: silent.has(name) ? "unreachable" : answering, iommu: iommu.get(name) ?? null };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...reading,
    proxmoxVersion,
    nodes,
    warnings: [...diagnostics],
    usage: args.include_usage === true,
  };
}

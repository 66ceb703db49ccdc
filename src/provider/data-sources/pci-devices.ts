/** `gpuhost_pci_devices`: the PCI devices of the cluster, in values that fit mappings and passthrough directly. */
import type { ReadContext } from "../../framework/data-source.ts";
import { path } from "../../framework/path.ts";
import type { PciDevice } from "../../pci/device.ts";
import type { Host } from "../../pci/host.ts";
import type { NamedUnit } from "../../pci/mapping.ts";
import { DEFAULT_MAPPING_PREFIX } from "../../pci/mapping-name.ts";
import { parsePathSelector } from "../../pci/path-selector.ts";
import { select } from "../../pci/selection.ts";
import { UsageIndex } from "../../pci/usage.ts";
import type { ProxmoxClient } from "../../proxmox/client.ts";
import { readGuestList, readUsage } from "../guest-usage.ts";
import { type LeftOut, type Progress, readInventory } from "../inventory.ts";
import { reportLeftOut } from "../left-out.ts";
import { AS_CONFIGURATION, type Manner } from "../manner.ts";
import { explained } from "../proxmox-diagnostic.ts";
import { accepting } from "../word-list.ts";
import { warnOfBrokenGuests } from "./pci-devices/broken-guests.ts";
import {
  readExistingNames,
  warnOfHiddenNames,
  warnOfLostNames,
  warnOfMovedNames,
} from "./pci-devices/existing-names.ts";
import { checkCount, checkPaths, checkPhysicalFunction, warnOfNothing } from "./pci-devices/expectations.ts";
import {
  criteriaOf,
  nodesToRead,
  type PciDevicesArguments,
  physicalFunctionOf,
} from "./pci-devices/filters.ts";
import { type PciDevicesResult, resultOf, wantedResults, wantsUnits } from "./pci-devices/result.ts";
import type { Acceptable } from "./pci-devices/schema.ts";
import { type SelectedUnits, selectUnits } from "./pci-devices/selected-units.ts";
import { warnOfUsageClashes } from "./pci-devices/usage-clashes.ts";
import {
  concerns,
  type VirtualFunctionFilter,
  warnOfFunctionsLeftBehind,
  warnOfLivePhysicalFunctions,
  warnOfMissingGroups,
  warnOfMissingIommu,
  warnOfSharedGroups,
  warnOfUnreportedVirtualFunctions,
} from "./pci-devices/warnings.ts";

/** The results, and what they were made of, for callers that show more. */
export interface PciDevicesReading {
  readonly result: PciDevicesResult;
  /** The nodes that were read. */
  readonly hosts: readonly Host[];
  readonly leftOut: readonly LeftOut[];
  /** The selected functions. */
  readonly devices: readonly PciDevice[];
  /** Filled when a result needs units. */
  readonly units: readonly NamedUnit[];
}

export interface ReadingContext
  extends Pick<ReadContext<ProxmoxClient>, "instance" | "diagnostics" | "signal"> {
  /** Default: as a configuration. */
  readonly manner?: Manner;
}

/**
 * Does what the data source does.
 * @throws DiagnosticError for everything that can go wrong.
 */
export function readPciDevices(
  args: PciDevicesArguments,
  context: ReadingContext,
  onProgress?: Progress,
): Promise<PciDevicesReading> {
  return explained("Unable to Read PCI Devices", () => read(args, context, onProgress));
}

async function read(
  args: PciDevicesArguments,
  context: ReadingContext,
  onProgress?: Progress,
): Promise<PciDevicesReading> {
  const { instance: client, diagnostics, signal, manner = AS_CONFIGURATION } = context;
  const wanted = wantedResults(args.results);
  const keepsNames = args.mapping_names === "model" && wantsUnits(wanted);
  const [{ hosts, leftOut, devices }, existing, guests] = await Promise.all([
    readSelection(args, { ...context, manner }, onProgress),
    keepsNames ? readExistingNames(client, signal) : null,
    args.include_usage === true ? readGuestList(client, signal) : null,
  ]);

  const accepts = accepting<Acceptable>(args.accept);
  const mappingPrefix = args.mapping_prefix ?? DEFAULT_MAPPING_PREFIX;
  const naming = { prefix: mappingPrefix, existing: existing?.mappings ?? null };
  const { units, moved, lost } = wantsUnits(wanted) ? selectUnits(hosts, devices, naming, manner) : NO_UNITS;
  if (!accepts("iommu_off")) {
    warnOfMissingIommu(hosts, devices, diagnostics);
    warnOfMissingGroups(hosts, units, diagnostics);
  }
  if (!accepts("unreported_virtual_functions")) {
    const filter = filterForVirtualFunctions(args);
    warnOfUnreportedVirtualFunctions(hosts, { devices, units, filter }, diagnostics);
  }
  if (existing !== null && units.length > 0 && !accepts("hidden_mappings")) {
    warnOfHiddenNames(existing, diagnostics, manner);
  }
  warnOfMovedNames(moved, diagnostics);
  warnOfLostNames(lost, diagnostics, manner);
  if (!accepts("not_isolated")) warnOfSharedGroups(units, diagnostics);
  if (!accepts("left_behind")) warnOfFunctionsLeftBehind(units, diagnostics);
  if (!accepts("live_virtual_functions")) warnOfLivePhysicalFunctions(units, diagnostics, manner);
  // Guests use only devices of their own node.
  const nodes = new Set(devices.map(({ node }) => node));
  const used = hosts.filter(({ node }) => nodes.has(node));
  const usage =
    guests !== null && used.length > 0
      ? await readUsage(client, guests, used, accepts, diagnostics, signal)
      : null;
  if (usage !== null) {
    const selected = { units, devices, hosts: used };
    if (!accepts("guests_clash")) warnOfUsageClashes(selected, usage, diagnostics);
    if (!accepts("guests_broken")) warnOfBrokenGuests(used, usage, diagnostics, manner);
  }
  const index =
    usage === null
      ? null
      : new UsageIndex(
          usage.guests,
          usage.coverage,
          usage.gaps.flatMap(({ of }) => of),
        );
  const result = resultOf({ hosts, devices, units, mappingPrefix, usage: index, wanted });
  return { result, hosts, leftOut, devices, units };
}

const NO_UNITS: SelectedUnits = { units: [], moved: [], lost: [] };

/**
 * Reads the nodes, selects, and reports what is not as expected.
 * @throws DiagnosticError when the configuration does not allow the read to continue.
 */
async function readSelection(
  args: PciDevicesArguments,
  { instance: client, diagnostics, signal, manner }: Required<ReadingContext>,
  onProgress?: Progress,
): Promise<Pick<PciDevicesReading, "hosts" | "leftOut" | "devices">> {
  const { wanted, argument, named } = nodesToRead(args);
  const parent = physicalFunctionOf(args);
  const filter = filterForVirtualFunctions(args);
  const options = {
    named,
    alsoNamed: parent?.node == null ? [] : [{ name: parent.node, at: path("physical_function") }],
    needsVirtualFunctionsOf: (node: string) => concerns(filter, node),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const { hosts, leftOut } = await readInventory(client, wanted, signal, options);
  const criteria = criteriaOf(args, hosts);
  const policy = args.unreachable_nodes === "warn" ? "warn" : "error";
  const whateverTheName = criteria.filter(({ argument }) => argument !== "name_regex");
  const asking = { client, diagnostics, signal, manner };
  await reportLeftOut(leftOut, policy, () => select(hosts, whateverTheName), asking);
  diagnostics.throwErrors();

  const absent = leftOut.map(({ node }) => node);
  checkPhysicalFunction(parent, wanted, argument, hosts, diagnostics, manner);
  const nothingThere = checkPaths(args.paths?.map(parsePathSelector) ?? [], hosts, absent, diagnostics);
  const devices = select(hosts, criteria);
  const bounds = { atLeast: args.at_least, atMost: args.at_most };
  checkCount(devices, bounds, hosts, criteria, diagnostics, manner);
  diagnostics.throwErrors();
  if (!nothingThere) {
    warnOfNothing(devices, args.at_least, parent, hosts, absent, criteria, diagnostics, manner);
  }
  return { hosts, leftOut, devices };
}

/** The filter for or against VFs, or for those of one card. */
function filterForVirtualFunctions(args: PciDevicesArguments): VirtualFunctionFilter | null {
  const parent = physicalFunctionOf(args);
  if (parent !== null) return { argument: "physical_function", node: parent.node };
  return args.virtual_functions === null ? null : { argument: "virtual_functions", node: null };
}

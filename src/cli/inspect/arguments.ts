/** The filters of `inspect`, as arguments of the data source: with its names, checks and messages. */
import { known, readConfiguration } from "../../framework/configuration.ts";
import { Diagnostics } from "../../framework/diagnostics.ts";
import type { PciDevicesArguments } from "../../provider/data-sources/pci-devices/filters.ts";
import { attributes } from "../../provider/data-sources/pci-devices/schema.ts";
import type { InspectOptions } from "../request.ts";
import { UsageError } from "../usage-error.ts";

/** @throws UsageError for what the data source refuses. */
export function argumentsOf(options: InspectOptions): PciDevicesArguments {
  const filters = {
    classes: options.classes,
    vendor_ids: options.vendorIds,
    ids: options.ids,
    subsystem_ids: options.subsystemIds,
    paths: options.paths,
    name_regex: options.nameRegex,
    mdev: options.mdev,
    virtual_functions: options.virtualFunctions,
    physical_function: options.physicalFunction,
  };
  const unfiltered = Object.values(filters).every((value) => value === undefined);
  const written = Object.entries({
    ...filters,
    ...(unfiltered && options.all !== true ? { classes: ["gpu"] } : {}),
    nodes: options.nodes,
    mapping_prefix: options.mappingPrefix,
    mapping_names: options.mappingNames,
    include_usage: options.usage,
    unreachable_nodes: "warn",
    // Without filters, finding nothing is no error.
    at_least: unfiltered ? 0 : undefined,
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const diagnostics = new Diagnostics();
  const configuration = readConfiguration(attributes, new Map(written), diagnostics);
  if (diagnostics.hasErrors) throw new UsageError(diagnostics.errors);
  return known(configuration);
}

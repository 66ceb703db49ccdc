/** A full read after Proxmox's answers, stage by stage as in the data source. */
import { StateEncoder } from "../../src/framework/state.ts";
import { fillNames } from "../../src/pci/cluster-names.ts";
import { devicesFromRecords, type PciRecord } from "../../src/pci/device.ts";
import { arrangeHost } from "../../src/pci/host.ts";
import { DEFAULT_MAPPING_PREFIX } from "../../src/pci/mapping-name.ts";
import { select } from "../../src/pci/selection.ts";
import {
  type PciDevicesResult,
  resultOf,
  wantedResults,
} from "../../src/provider/data-sources/pci-devices/result.ts";
import { attributes } from "../../src/provider/data-sources/pci-devices/schema.ts";
import { selectUnits } from "../../src/provider/data-sources/pci-devices/selected-units.ts";
import { AS_CONFIGURATION } from "../../src/provider/manner.ts";

/** The decoded answer of one node. */
export interface NodeRecords {
  readonly node: string;
  readonly records: readonly PciRecord[];
}

/** @param mark called after each stage: select, group, encode */
export function runPipeline(answers: readonly NodeRecords[], mark: () => void): PciDevicesResult {
  const named = fillNames(answers.map(({ records }) => records));
  const hosts = answers.map(({ node }, index) =>
    arrangeHost(node, devicesFromRecords(node, named[index] ?? []), true),
  );
  const devices = select(hosts, []);
  mark();
  const naming = { prefix: DEFAULT_MAPPING_PREFIX, existing: null };
  const { units } = selectUnits(hosts, devices, naming, AS_CONFIGURATION);
  const result = resultOf({
    hosts,
    devices,
    units,
    mappingPrefix: DEFAULT_MAPPING_PREFIX,
    usage: null,
    wanted: wantedResults(null),
  });
  mark();
  new StateEncoder(attributes).encode(new Map(), result);
  mark();
  return result;
}

/** The devices that the lines of mappings stand for, as far as that is certain. */
import type { PciDevice } from "../pci/device.ts";
import type { Host } from "../pci/host.ts";
import type { MappingLine } from "../pci/mapping-line.ts";
import { devicesAt } from "../pci/usage/wish.ts";
import type { ReadNode } from "../provider/data-sources/pci-mappings/node-check.ts";
import type { PciMappingsReading } from "../provider/data-sources/pci-mappings.ts";
import type { ReadMapping } from "../provider/mapping-list.ts";

/**
 * The devices of a line, also where they have moved to; none when it cannot be told.
 * @param host whose devices are wanted. Two reads of a node give equal devices, but not the same objects.
 */
export function devicesOf(
  line: MappingLine,
  { settlement }: Pick<ReadNode, "settlement">,
  host: Host,
): readonly PciDevice[] {
  return settlement.isAmbiguous(line) ? [] : devicesAt(host, settlement.coverageOf(line));
}

/**
 * Whether the host's driver keeps a device that guests use, and with it everything in its IOMMU group: guests get what
 * the driver makes of it. Source: qemu-server `src/PVE/QemuServer/PCI.pm`, prepare_pci_device.
 * @param mediated whether mediated devices are asked for.
 */
export function staysWithDriver({ mdev, nvidia }: PciDevice, mediated: boolean): boolean {
  return nvidia || (mediated && mdev);
}

/** The devices of a mapping that have live virtual functions, which a guest with such a device destroys. */
export function livePhysicalFunctionsOf(
  { lines, mediatedDevices }: ReadMapping,
  { known }: Pick<PciMappingsReading, "known">,
): readonly PciDevice[] {
  const found = lines.flatMap((line) => {
    const node = known.get(line.node);
    if (node === undefined) return [];
    return devicesOf(line, node, node.host).filter(
      (device) =>
        node.host.livePhysicalFunctions.has(device.path) && !staysWithDriver(device, mediatedDevices),
    );
  });
  return [...new Set(found)];
}

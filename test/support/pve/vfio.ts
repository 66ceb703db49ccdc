import { type Cluster, type ClusterNode, type Guest, nodeOf, type PciDevice } from "./cluster.ts";
import { TaskError } from "./task.ts";

/** Bridges with a bus behind them, which stay with the host: PCI to PCI, semi-transparent, CardBus. */
const HAS_BUS = /^0x06(04|09|07)/;

/** Full addresses of the devices that a machine takes by its `args`: `-device vfio-pci,host=…`. */
export function argsDevices({ config }: Guest): string[] {
  const args = String(config.get("args") ?? "");
  return [...args.matchAll(/-device\s+["']?vfio-pci,(?:[^\s"']*,)?host=([0-9a-fA-F:.]+)/g)].map(
    ([, at = ""]) => {
      const address = at.toLowerCase();
      return /^[0-9a-f]{4,}:/.test(address) ? address : `0000:${address}`;
    },
  );
}

/**
 * Binds everything of a device's IOMMU group to vfio-pci, whoever worked with it, as `pci_dev_group_bind_to_vfio`
 * does: the host loses what it used, a physical function its virtual ones. What is lost is written down as harm.
 *
 * @throws TaskError when the device is in no group, or is a virtual function that went with its physical one.
 */
export function bindGroup(cluster: Cluster, guest: Guest, id: string): void {
  const node = nodeOf(cluster, guest.node);
  const members = groupOf(node, id);
  if (members.length === 0) throw new TaskError("Cannot open iommu_group: No such file or directory\n");
  for (const member of members) {
    if (HAS_BUS.test(member.class) || node.boundToVfio.has(member.id)) continue;
    node.boundToVfio.add(member.id);
    if (node.usedByHost.has(member.id)) {
      cluster.harm.push(`VM ${guest.vmid} took ${member.id} from its host ${node.name}`);
    }
    removeVirtualFunctions(cluster, guest, node, member);
    for (const other of othersOn(cluster, guest)) {
      const lost = (other.mediated ?? []).filter(({ device }) => device === member.id);
      if (lost.length > 0) cluster.harm.push(`VM ${guest.vmid} took ${member.id} from VM ${other.vmid}`);
      other.mediated = (other.mediated ?? []).filter((one) => !lost.includes(one));
    }
  }
  if (groupOf(node, id).length === 0) throw new TaskError(`Cannot bind ${id} to vfio\n`);
}

/** The driver of a physical function takes its virtual ones along when it goes. */
function removeVirtualFunctions(cluster: Cluster, guest: Guest, node: ClusterNode, device: PciDevice): void {
  const gone = new Set(
    node.hardware.filter((other) => other["physfn"] === device.id).map(({ id: address }) => address),
  );
  if (gone.size === 0) return;
  node.hardware = node.hardware
    .filter(({ id: address }) => !gone.has(address))
    .map((other) => (other.id === device.id ? withoutVirtualFunctions(other) : other));
  for (const address of gone) node.mediatedTypes.delete(address);
  for (const other of othersOn(cluster, guest)) {
    for (const address of [...other.devices, ...argsDevices(other)].filter((held) => gone.has(held))) {
      cluster.harm.push(`VM ${guest.vmid} took ${address} from VM ${other.vmid}`);
    }
  }
}

function withoutVirtualFunctions(device: PciDevice): PciDevice {
  const { virtfns: _, ...rest } = device;
  return rest as unknown as PciDevice;
}

/**
 * QEMU opens the IOMMU groups of a machine's devices. One that another machine has open is busy, and one of which the
 * host itself uses a device is not viable. A PCI bridge is never there for it.
 *
 * @param byArgs those devices that nobody has bound to vfio-pci but the administrator.
 * @throws TaskError with the message that Proxmox gives when QEMU does not start.
 */
export function assertGroupsFree(
  cluster: Cluster,
  guest: Guest,
  devices: readonly string[],
  byArgs: readonly string[],
): void {
  const node = nodeOf(cluster, guest.node);
  const refused = new TaskError("start failed: QEMU exited with code 1\n");
  // vfio-pci takes no bridge, and QEMU gets it from nowhere else.
  const bridges = node.hardware.filter(({ class: code }) => code.startsWith("0x0604"));
  if (bridges.some(({ id }) => devices.includes(id) || byArgs.includes(id))) throw refused;
  // What went with its physical function is not there any more, and a device opens once.
  const gone = devices.some((id) => !node.hardware.some((device) => device.id === id));
  if (gone || byArgs.some((id) => devices.includes(id))) throw refused;
  const open = new Set(
    othersOn(cluster, guest).flatMap((other) =>
      [...other.devices, ...argsDevices(other)].flatMap((id) => groupOf(node, id).map((member) => member.id)),
    ),
  );
  if ([...devices, ...byArgs].some((id) => open.has(id))) throw refused;
  for (const id of byArgs) {
    const members = groupOf(node, id);
    const viable = members.every(
      (member) =>
        HAS_BUS.test(member.class) || node.boundToVfio.has(member.id) || !node.usedByHost.has(member.id),
    );
    if (members.length === 0 || !viable) throw refused;
  }
}

const othersOn = (cluster: Cluster, guest: Guest): Guest[] =>
  [...cluster.guests.values()].filter(
    (other) => other.vmid !== guest.vmid && other.running && other.node === guest.node,
  );

/** All devices of the group that the device is in, itself among them; none when it is in no group or not there. */
function groupOf(node: ClusterNode, id: string): PciDevice[] {
  const group = node.hardware.find((device) => device.id === id)?.iommugroup ?? -1;
  return group < 0 ? [] : node.hardware.filter(({ iommugroup }) => iommugroup === group);
}

import { type Cluster, type Guest, nodeOf, type PciDevice } from "./cluster.ts";
import type { HostPci } from "./hostpci.ts";
import { availableInstances } from "./mediated.ts";
import { TaskError } from "./task.ts";

/** `hostpciN` → the devices that it gets; those of mediated ones are chosen when they are made. */
export type ChosenDevices = ReadonlyMap<string, readonly PciDevice[]>;

/**
 * Takes of each `hostpciN` the only set of devices that it names, or the first that nobody has, as
 * `choose_hostpci_devices` does; then reserves them all, as `reserve_pci_usage` does.
 *
 * @throws TaskError with Proxmox's words.
 */
export function chooseDevices(
  cluster: Cluster,
  guest: Guest,
  wanted: ReadonlyMap<string, HostPci>,
): ChosenDevices {
  const used = new Set<string>();
  const chosen = new Map<string, readonly PciDevice[]>();
  for (const [key, entry] of wanted) {
    if (entry.mdev !== undefined) continue;
    const devices = choose(cluster, guest, key, entry, used);
    for (const { id } of devices) {
      if (used.has(id)) throw new TaskError(`device '${id}' assigned more than once\n`);
      used.add(id);
    }
    if (entry.nvidia !== undefined && entry.alternatives.length === 1) {
      const id = devices[0]?.id ?? "";
      assertFree(cluster, guest, id);
      const problem = typeProblem(cluster, guest, id, entry.nvidia);
      if (problem !== null) throw new TaskError(problem);
    }
    chosen.set(key, devices);
  }
  for (const { id } of [...chosen.values()].flat()) assertFree(cluster, guest, id);
  return chosen;
}

function choose(
  cluster: Cluster,
  guest: Guest,
  key: string,
  { alternatives, nvidia }: HostPci,
  used: ReadonlySet<string>,
): readonly PciDevice[] {
  const [only] = alternatives;
  if (alternatives.length === 1 && only !== undefined) return only;
  const found = alternatives.find(
    (devices) =>
      devices.every(({ id }) => !used.has(id) && holderOf(cluster, guest, id) === null) &&
      (nvidia === undefined || typeProblem(cluster, guest, devices[0]?.id ?? "", nvidia) === null),
  );
  if (found === undefined) throw new TaskError(`could not find a free device for '${key}'\n`);
  return found;
}

/** Why a VF of NVIDIA's newer driver does not become a vGPU of the type, as `create_nvidia_device` says; else null. */
function typeProblem(cluster: Cluster, guest: Guest, id: string, type: string): string | null {
  const node = nodeOf(cluster, guest.node);
  if (!node.hardware.some((device) => device.id === id && device["nvidia"] === 1)) {
    return `no nvidia sysfs api for '${id}'\n`;
  }
  if (availableInstances(node, id, `nvidia-${type}`) >= 1) return null;
  return `vgpu type '${type}' not available for '${id}'\n`;
}

function assertFree(cluster: Cluster, guest: Guest, id: string): void {
  const holder = holderOf(cluster, guest, id);
  if (holder !== null) throw new TaskError(`PCI device '${id}' already in use by VMID '${holder}'\n`);
}

/**
 * The running machine that has reserved a device of the guest's node, or null. What a machine holds through `args`
 * is not reserved: Proxmox knows nothing of it.
 */
function holderOf(cluster: Cluster, guest: Guest, id: string): number | null {
  for (const other of cluster.guests.values()) {
    const reserved = other.running && other.node === guest.node && other.devices.includes(id);
    if (reserved && other.vmid !== guest.vmid) return other.vmid;
  }
  return null;
}

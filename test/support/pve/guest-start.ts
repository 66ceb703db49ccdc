import { type Cluster, type Guest, nodeOf, type PciDevice } from "./cluster.ts";
import { type HostPci, resolveHostPci } from "./hostpci.ts";
import { TaskError } from "./task.ts";
import type { Capabilities } from "./version.ts";

/**
 * Starts a machine: pending changes become its configuration, every `hostpciN` is compared with the hardware of its
 * node, and free devices are reserved. Follows `vm_start` of `QemuServer.pm`, as far as PCI devices go.
 *
 * @throws TaskError with the message that Proxmox's task ends with; the machine is then not running.
 */
export function startGuest(cluster: Cluster, release: Capabilities, guest: Guest): void {
  if (guest.config.get("template") === 1) throw new TaskError("you can't start a vm if it's a template\n");
  if (guest.running) throw new TaskError(`VM ${guest.vmid} already running\n`);
  applyPending(guest);
  const chosen = chooseDevices(cluster, guest, hostPciDevices(cluster, release, guest));
  if (chosen.length > 0 && !hasIommu(cluster, guest.node)) {
    throw new TaskError("cannot prepare PCI pass-through, IOMMU not present\n");
  }
  guest.devices = chosen.map(({ id }) => id);
  guest.running = true;
}

/** Stops a machine and gives its devices back. */
export function stopGuest(guest: Guest): void {
  guest.running = false;
  guest.devices = [];
  applyPending(guest);
}

/** Makes what was pending the configuration. */
export function applyPending(guest: Guest): void {
  for (const [key, value] of guest.pending) guest.config.set(key, value);
  for (const key of guest.deleting.keys()) guest.config.delete(key);
  if (guest.pending.size > 0 || guest.deleting.size > 0) guest.digest = null;
  guest.pending.clear();
  guest.deleting.clear();
}

function hostPciDevices(cluster: Cluster, release: Capabilities, guest: Guest): Map<string, HostPci> {
  const found = new Map<string, HostPci>();
  const q35 = /q35/.test(String(guest.config.get("machine") ?? ""));
  for (let index = 0; index < 16; index++) {
    const key = `hostpci${index}`;
    const value = guest.config.get(key);
    if (value === undefined) continue;
    const device = resolveHostPci(cluster, release, guest.node, String(value));
    if (device.pcie && !q35) throw new TaskError("q35 machine model is not enabled");
    found.set(key, device);
  }
  return found;
}

/** Takes the first set of devices of each `hostpciN` that nobody has, as `choose_hostpci_devices` does. */
function chooseDevices(cluster: Cluster, guest: Guest, wanted: ReadonlyMap<string, HostPci>): PciDevice[] {
  const used = new Set<string>();
  const chosen: PciDevice[] = [];
  for (const [key, { alternatives, mdev }] of wanted) {
    if (mdev !== undefined) {
      offerMediated(cluster, guest.node, alternatives, mdev);
      continue;
    }
    const [only] = alternatives;
    const devices =
      alternatives.length === 1
        ? only
        : alternatives.find((set) =>
            set.every(({ id }) => !used.has(id) && holderOf(cluster, guest, id) === null),
          );
    if (devices === undefined) throw new TaskError(`could not find a free device for '${key}'\n`);
    for (const { id } of devices) {
      if (used.has(id)) throw new TaskError(`device '${id}' assigned more than once\n`);
      const holder = holderOf(cluster, guest, id);
      if (holder !== null) throw new TaskError(`PCI device '${id}' already in use by VMID '${holder}'\n`);
      used.add(id);
    }
    chosen.push(...devices);
  }
  return chosen;
}

/** The running machine that has a device of the guest's node, or null. */
function holderOf(cluster: Cluster, guest: Guest, id: string): number | null {
  for (const other of cluster.guests.values()) {
    if (
      other.vmid !== guest.vmid &&
      other.running &&
      other.node === guest.node &&
      other.devices.includes(id)
    ) {
      return other.vmid;
    }
  }
  return null;
}

/** One of the devices has to offer the type and an instance of it. */
function offerMediated(
  cluster: Cluster,
  node: string,
  alternatives: HostPci["alternatives"],
  mdev: string,
): void {
  for (const [device] of alternatives) {
    const types = nodeOf(cluster, node).mediatedTypes.get(device?.id ?? "") ?? [];
    const offered = types.find(
      (type) => typeof type === "object" && type !== null && Reflect.get(type, "type") === mdev,
    );
    if (offered !== undefined && offered !== null && Number(Reflect.get(Object(offered), "available")) > 0)
      return;
  }
  throw new TaskError("could not create mediated device\n");
}

/** A host whose IOMMU is off has no device in any group. */
const hasIommu = (cluster: Cluster, node: string): boolean =>
  nodeOf(cluster, node).hardware.some(({ iommugroup }) => iommugroup >= 0);

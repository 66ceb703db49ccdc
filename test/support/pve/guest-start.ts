import {
  type Cluster,
  type ClusterNode,
  capabilitiesOfNode,
  type Guest,
  type MediatedDevice,
  nodeOf,
} from "./cluster.ts";
import { type ChosenDevices, chooseDevices } from "./guest-devices.ts";
import { type HostPci, resolveHostPci } from "./hostpci.ts";
import { availableInstances, makeMediated, releaseMediated } from "./mediated.ts";
import { TaskError } from "./task.ts";
import { argsDevices, assertGroupsFree, bindGroup } from "./vfio.ts";

/**
 * Starts a machine: pending changes become its configuration, every `hostpciN` is compared with the hardware of its
 * node, free devices are reserved, mediated ones made, whole IOMMU groups bound to vfio-pci, and QEMU opens them.
 * Follows `vm_start` of `QemuServer.pm`, as far as PCI devices go. Of ballooning and hotplugged memory it says nothing.
 *
 * @throws TaskError with the message that Proxmox's task ends with; the machine is then not running. What was bound
 *   to vfio-pci by then stays bound.
 */
export function startGuest(cluster: Cluster, guest: Guest): void {
  if (guest.config.get("template") === 1) throw new TaskError("you can't start a vm if it's a template\n");
  if (guest.running) throw new TaskError(`VM ${guest.vmid} already running\n`);
  applyPending(guest);
  const wanted = hostPciDevices(cluster, guest);
  const chosen = chooseDevices(cluster, guest, wanted);
  const mediated = prepare(cluster, guest, wanted, chosen);
  const byArgs = argsDevices(guest);
  const held = [...chosen.values()].flat().map(({ id }) => id);
  assertGroupsFree(cluster, guest, held, byArgs);
  for (const { device, type } of mediated) makeMediated(nodeOf(cluster, guest.node), device, type);
  guest.devices = held;
  guest.mediated = mediated;
  guest.running = true;
}

/** Stops a machine and gives its devices back. */
export function stopGuest(cluster: Cluster, guest: Guest): void {
  guest.running = false;
  guest.devices = [];
  for (const { device, type } of guest.mediated ?? [])
    releaseMediated(nodeOf(cluster, guest.node), device, type);
  delete guest.mediated;
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

function hostPciDevices(cluster: Cluster, guest: Guest): Map<string, HostPci> {
  const found = new Map<string, HostPci>();
  const q35 = /q35/.test(String(guest.config.get("machine") ?? ""));
  const release = capabilitiesOfNode(cluster, guest.node);
  for (let index = 0; index < 16; index++) {
    const key = `hostpci${index}`;
    const value = guest.config.get(key);
    if (value === undefined) continue;
    const device = resolveHostPci(cluster, release, guest.node, String(value));
    if (device.pcie && !q35) throw new TaskError("q35 machine model is not enabled");
    if (device.legacyProblem !== undefined) {
      if ([...found.values()].some((other) => other.legacyProblem !== undefined)) {
        throw new TaskError("only one device can be assigned in legacy-igd mode\n");
      }
      const problem =
        guest.config.get("vga") === "none"
          ? (device.legacyProblem ?? (q35 ? "is not compatible with q35" : null))
          : "requires VGA mode to be 'none'";
      if (problem !== null) throw new TaskError(`legacy IGD assignment ${problem}\n`);
    }
    found.set(key, device);
  }
  return found;
}

/** Makes every entry's devices ready in the order of the entries' names as text, as `prepare_pci_device` does. */
function prepare(
  cluster: Cluster,
  guest: Guest,
  wanted: ReadonlyMap<string, HostPci>,
  chosen: ChosenDevices,
): MediatedDevice[] {
  const node = nodeOf(cluster, guest.node);
  const mediated: MediatedDevice[] = [];
  for (const key of [...wanted.keys()].toSorted()) {
    const entry = wanted.get(key);
    if (entry === undefined) continue;
    const iommu = node.hardware.some(({ iommugroup }) => iommugroup >= 0);
    if (entry.mdev !== undefined) {
      const from = iommu ? offering(node, entry, mediated) : undefined;
      if (from === undefined) throw new TaskError("could not create mediated device\n");
      mediated.push({ device: from, type: entry.mdev });
      continue;
    }
    if (!iommu && entry.nvidia !== undefined) throw new TaskError("could not create mediated device\n");
    if (!iommu) throw new TaskError("cannot prepare PCI pass-through, IOMMU not present\n");
    if (entry.nvidia !== undefined || entry.keepsDriver) continue;
    for (const { id } of chosen.get(key) ?? []) bindGroup(cluster, guest, id);
  }
  return mediated;
}

/** The first of an entry's devices that has an instance of its type left. */
function offering(
  node: ClusterNode,
  { alternatives, mdev = "" }: HostPci,
  made: MediatedDevice[],
): string | undefined {
  return alternatives
    .flatMap(([device]) => (device === undefined || device["nvidia"] === 1 ? [] : [device.id]))
    .find((id) => {
      const taken = made.filter(({ device, type }) => device === id && type === mdev).length;
      return availableInstances(node, id, mdev) > taken;
    });
}

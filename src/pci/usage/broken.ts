/**
 * Guests that will not start as they are configured, because Proxmox or QEMU finds no device for an entry. Source:
 * qemu-server `src/PVE/QemuServer/PCI.pm`, parse_hostpci and choose_hostpci_devices.
 */
import { type Address, formatAddress, type Slot } from "../address.ts";
import { isPciBridge } from "../class.ts";
import type { PciDevice } from "../device.ts";
import type { Guest } from "../guest.ts";
import type { Host } from "../host.ts";
import { type MappingCheck, mappingProblems } from "../mapping-check.ts";
import type { Coverage, LinedMapping } from "./coverage.ts";
import { type EntryTarget, nextTargets } from "./entry.ts";
import { devicesAt } from "./wish.ts";

/** What keeps a guest from starting. */
export type Fault = { readonly guest: Guest; readonly key: string } & (
  | { readonly kind: "no mapping"; readonly mapping: string }
  /** @property nodes the nodes for which it has lines. */
  | { readonly kind: "no line"; readonly mapping: string; readonly nodes: readonly string[] }
  /** @property message what Proxmox says of it. */
  | { readonly kind: "invalid line"; readonly mapping: string; readonly message: string }
  | { readonly kind: "nothing there"; readonly address: string }
  /** A PCI bridge, which vfio-pci does not take. */
  | { readonly kind: "bridge"; readonly device: PciDevice }
  /**
   * @property holders the entries that already have the devices, in their order; the key itself if it names one twice.
   * @property surplus whether they have everything that the entry could get.
   */
  | {
      readonly kind: "twice";
      readonly device: PciDevice;
      readonly holders: readonly string[];
      readonly surplus: boolean;
    }
);

/**
 * What keeps guests of the hosts from starting, ordered by vmid, then entry.
 * @param isMissing whether it is certain that a mapping does not exist, when it is not among those that may be seen.
 * @param checkOf what a node's Proxmox compares when a guest starts.
 */
export function faultsOn(
  hosts: readonly Host[],
  guests: readonly Guest[],
  coverage: Coverage,
  isMissing: (mapping: string) => boolean,
  checkOf: (node: string) => MappingCheck,
): readonly Fault[] {
  const byNode = new Map(hosts.map((host) => [host.node, host]));
  return guests
    .filter(({ template }) => !template)
    .toSorted((a, b) => a.vmid - b.vmid)
    .flatMap((guest) => {
      const host = byNode.get(guest.node);
      return host === undefined ? [] : faultsOf(guest, host, coverage, isMissing, checkOf(host.node));
    });
}

function faultsOf(
  guest: Guest,
  host: Host,
  coverage: Coverage,
  isMissing: (mapping: string) => boolean,
  check: MappingCheck,
): readonly Fault[] {
  const holders = new Map<PciDevice, string>();
  return nextTargets(guest).flatMap(({ key, target }): readonly Fault[] => {
    const found =
      target.addresses === null
        ? mapped(target.mapping, host, coverage, check)
        : named(target.addresses, host);
    if (found.choices === null) {
      const { fault } = found;
      if (fault.kind === "no mapping" && !isMissing(fault.mapping)) return [];
      return [{ guest, key, ...fault }];
    }
    if (isShared(target, found.choices)) return [];
    const bridge = found.choices.flatMap((devices) => devices.filter(isPciBridge).slice(0, 1));
    // Where there is a choice, another line may serve it.
    if (bridge[0] !== undefined && bridge.length === found.choices.length) {
      return [{ guest, key, kind: "bridge", device: bridge[0] }];
    }
    const chosen = found.choices.find((devices) => devices.every((device) => !holders.has(device)));
    // Of a single choice Proxmox takes all devices, one after the other. Of several it takes the first that is free.
    const [devices = []] = chosen === undefined ? found.choices : [chosen];
    const taken = devices.find((device, index) => holders.has(device) || devices.indexOf(device) < index);
    if (taken !== undefined) {
      const before = found.choices.flat().flatMap((device) => holders.get(device) ?? []);
      const all = before.length > 0 ? [...new Set(before)] : [key];
      const surplus = found.choices.every((some) => some.every((device) => holders.has(device)));
      return [{ guest, key, kind: "twice", device: taken, holders: all, surplus }];
    }
    for (const device of devices) holders.set(device, key);
    return [];
  });
}

type FaultOfMapping = Fault extends infer F
  ? F extends Fault
    ? Omit<Extract<F, { kind: "no mapping" | "no line" | "invalid line" | "nothing there" }>, "guest" | "key">
    : never
  : never;

/** Sets of devices of which an entry gets one, or why there are none. */
type Choices =
  | { readonly choices: readonly (readonly PciDevice[])[] }
  | { readonly choices: null; readonly fault: FaultOfMapping };

/** The devices of a mapping. Proxmox first compares all its lines, and fails at the first one that is wrong. */
function mapped(name: string, host: Host, coverage: Coverage, check: MappingCheck): Choices {
  const mapping = coverage.mapping(name);
  if (mapping === undefined) return { choices: null, fault: { kind: "no mapping", mapping: name } };
  const lines = mapping.lines.filter(({ node }) => node === host.node);
  if (lines.length === 0)
    return { choices: null, fault: { kind: "no line", mapping: name, nodes: nodesOf(mapping) } };
  for (const line of lines) {
    const [problem] = mappingProblems(name, mapping.mediatedDevices, line, host, check);
    if (problem !== undefined) {
      return { choices: null, fault: { kind: "invalid line", mapping: name, message: problem.message } };
    }
  }
  return { choices: lines.map(({ addresses }) => all(addresses, host)) };
}

function named(addresses: readonly (Address | Slot)[], host: Host): Choices {
  const empty = addresses.find((address) => devicesAt(host, [address]).length === 0);
  if (empty !== undefined) {
    return { choices: null, fault: { kind: "nothing there", address: formatAddress(empty) } };
  }
  return { choices: [all(addresses, host)] };
}

/** The devices at addresses. A device that is named twice is there twice. */
function all(addresses: readonly (Address | Slot)[], host: Host): readonly PciDevice[] {
  return addresses.flatMap((address) => devicesAt(host, [address]));
}

/** Whether it takes a mediated device, of which there may be several. NVIDIA's are functions since kernel 6.8. */
function isShared({ mdev }: EntryTarget, choices: readonly (readonly PciDevice[])[]): boolean {
  return mdev !== null && !choices.some(([first]) => first?.nvidia === true);
}

function nodesOf({ lines }: LinedMapping): readonly string[] {
  return [...new Set(lines.map(({ node }) => node))].sort();
}

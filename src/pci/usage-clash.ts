/**
 * Guests that cannot all run at once, because they take the same devices: a device goes to one running guest at a time.
 *
 * What counts is what a guest takes from its next start on. Templates never start. Mediated devices are made to be
 * shared, so that two guests with one clash with nobody but a guest that takes the device itself.
 */
import { type Address, coversFunction, type Slot } from "./address.ts";
import type { PciDevice } from "./device.ts";
import { HOSTPCI_KEY, type HostpciTarget, hostpciNumber, parseHostpci } from "./hostpci.ts";
import { propertiesOf } from "./property-string.ts";
import type { Guest, GuestEntry, MappingLines } from "./usage.ts";

/** A guest with all that decides about its next start. */
export interface StartableGuest extends Guest {
  readonly template: boolean;
  readonly entries: readonly StartableGuestEntry[];
}

export interface StartableGuestEntry extends GuestEntry {
  /** Whether the next start removes the entry. */
  readonly deleted: boolean;
}

/** One guest's wish for a device. */
export interface Claim {
  readonly vmid: number;
  readonly name: string | null;
  /** `hostpci0` … */
  readonly hostpci: string;
  /** The mapping through which it is made; null for a raw address. */
  readonly mapping: string | null;
  /** Only from the guest's next start on. */
  readonly pending: boolean;
}

/** Functions that guests take together, such as the card that they make up; the first names them. */
export type Target = readonly [PciDevice, ...PciDevice[]];

/** Claims of several guests that cannot all be granted. */
export type Clash =
  /** All of them are for this target, and for nothing else. */
  | { readonly target: Target; readonly claims: readonly Claim[] }
  /** Each is for any of the mapping's devices on the node, and these are fewer than the claims. */
  | {
      readonly mapping: string;
      readonly node: string;
      readonly devices: number;
      readonly claims: readonly Claim[];
    };

type Addresses = readonly (Address | Slot)[];

/** What an entry takes at the next start: all addresses of one of the choices. */
interface Wish {
  readonly node: string;
  readonly vmid: number;
  readonly name: string | null;
  readonly hostpci: string;
  readonly mapping: string | null;
  readonly mediated: boolean;
  readonly choices: readonly Addresses[];
  /** What the entry may hold already. */
  readonly held: Addresses;
}

/** Every clash over one of the targets: those over a single target first, then those over a mapping with choices. */
export function clashesOver(
  targets: readonly Target[],
  guests: readonly StartableGuest[],
  mappings: MappingLines,
): readonly Clash[] {
  const wishes = guests.filter(({ template }) => !template).flatMap((guest) => wishesOf(guest, mappings));
  return [...targets.flatMap((target) => clashOver(target, wishes)), ...shortages(targets, wishes)];
}

function wishesOf({ node, vmid, name, entries }: StartableGuest, mappings: MappingLines): readonly Wish[] {
  return entries.flatMap(({ key, value, pending, deleted }) => {
    const next = deleted ? null : (pending ?? value);
    if (next === null || !HOSTPCI_KEY.test(key)) return [];
    const target = parseHostpci(next);
    if (target === null) return [];
    const now = value === null ? null : parseHostpci(value);
    const held = now === null ? [] : choicesOf(now, node, mappings).flat();
    const mediated = propertiesOf(next, "host").has("mdev");
    const mapping = "mapping" in target ? target.mapping : null;
    const choices = choicesOf(target, node, mappings);
    return [{ node, vmid, name, hostpci: key, mapping, mediated, choices, held }];
  });
}

/** The sets of devices of which an entry takes one: Proxmox tries a mapping's lines for the node in turn. */
function choicesOf(target: HostpciTarget, node: string, mappings: MappingLines): readonly Addresses[] {
  if ("addresses" in target) return [target.addresses];
  const lines = mappings.get(target.mapping) ?? [];
  return lines.filter((line) => line.node === node).map(({ addresses }) => addresses);
}

function clashOver(target: Target, wishes: readonly Wish[]): readonly Clash[] {
  const certain = wishes.flatMap((wish) => {
    const [addresses, ...others] = wish.choices;
    if (addresses === undefined || others.length > 0) return [];
    const covered = target.filter((device) => covers(wish.node, addresses, device));
    return covered.length === 0 ? [] : [{ wish, covered, parts: new Set(covered.map(partOf)) }];
  });
  const clashing = certain.filter(({ wish, parts }) =>
    certain.some(
      (other) =>
        other.wish.vmid !== wish.vmid &&
        !(other.wish.mediated && wish.mediated) &&
        !parts.isDisjointFrom(other.parts),
    ),
  );
  if (clashing.length === 0) return [];
  return [{ target, claims: clashing.map(({ wish, covered }) => claimOf(wish, covered)).sort(inOrder) }];
}

/** A guest gets a whole IOMMU group or nothing, so functions of one group cannot go to different guests. */
function partOf({ iommuGroup, path }: PciDevice): string {
  return iommuGroup === null ? path : `group ${iommuGroup}`;
}

/** Mappings with more than one line for a node that are wanted by more entries there than they have lines. */
function shortages(targets: readonly Target[], wishes: readonly Wish[]): readonly Clash[] {
  const devices = targets.flat();
  const byMapping = Map.groupBy(
    wishes.filter(({ mapping, mediated, choices }) => mapping !== null && !mediated && choices.length > 1),
    ({ mapping, node }) => `${node}/${mapping}`,
  );
  return byMapping
    .values()
    .flatMap((wanting) => {
      const [{ mapping, node, choices } = { mapping: null, node: "", choices: [] }] = wanting;
      const guests = new Set(wanting.map(({ vmid }) => vmid));
      const offered = devices.filter((device) => covers(node, choices.flat(), device));
      if (mapping === null || wanting.length <= choices.length || guests.size < 2 || offered.length === 0)
        return [];
      const claims = wanting.map((wish) => claimOf(wish, offered)).sort(inOrder);
      return [{ mapping, node, devices: choices.length, claims }];
    })
    .toArray();
}

function covers(node: string, addresses: Addresses, device: PciDevice): boolean {
  return node === device.node && addresses.some((address) => coversFunction(address, device.address));
}

function claimOf({ node, vmid, name, hostpci, mapping, held }: Wish, devices: readonly PciDevice[]): Claim {
  return { vmid, name, hostpci, mapping, pending: !devices.some((device) => covers(node, held, device)) };
}

function inOrder(a: Claim, b: Claim): number {
  return a.vmid - b.vmid || hostpciNumber(a.hostpci) - hostpciNumber(b.hostpci);
}

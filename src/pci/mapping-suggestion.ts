/** How the lines of a mapping for one node should read, when some of them do not fit the hardware any more. */
import { addressKey, formatAddress, isFunctionAddress, slotKey, slotOf } from "./address.ts";
import { isHostBridge } from "./class.ts";
import type { PciDevice } from "./device.ts";
import type { Host } from "./host.ts";
import { deviceAt, isWholeCard } from "./mapping-check.ts";
import type { MappingLine } from "./mapping-line.ts";

export interface Suggestion {
  /** The node's lines as they should read; none of them when nothing is left to map. */
  readonly lines: readonly MappingLine[];
  /** Of addresses, as written, whose device may have moved to any of several places: those places. */
  readonly ambiguous: ReadonlyMap<string, readonly string[]>;
}

/**
 * Mends the lines of one mapping for one node. A device that is not at its address, but at exactly one other that no
 * mapping holds, has moved there; otherwise whatever is at the address now is meant, if it can be passed through.
 * @param held addresses on the node that lines of any mapping cover.
 */
export function suggestLines(lines: readonly MappingLine[], host: Host, held: HeldAddresses): Suggestion {
  const ambiguous = new Map<string, readonly string[]>();
  const taken = new Set<string>();
  const mended = lines.flatMap((line) => {
    const placed = line.path.split(";").flatMap((path) => {
      const place = placeOf(path, line, host, held, ambiguous);
      // Of two lines for one card that is left, the first keeps it.
      if (place === null || taken.has(place.path)) return [];
      taken.add(place.path);
      return [place];
    });
    return lineAt(line, placed);
  });
  return { lines: mended, ambiguous };
}

/** Where one address of a line should point, and the device that gives the values. */
interface Place {
  readonly path: string;
  readonly device: PciDevice;
}

function placeOf(
  path: string,
  line: MappingLine,
  host: Host,
  held: HeldAddresses,
  ambiguous: Map<string, readonly string[]>,
): Place | null {
  const canonical = path.toLowerCase();
  const there = deviceAt(host, canonical);
  if (there !== undefined && isMeant(line, there)) return { path: canonical, device: there };
  const wholeCard = isWholeCard(path);
  const others = host.devices
    .filter((device) => isMeant(line, device) && (!wholeCard || device.address.function === 0))
    .map((device) => ({ path: wholeCard ? formatAddress(slotOf(device.address)) : device.path, device }))
    .filter((place) => !held.covers(place.device, wholeCard));
  const [moved] = others;
  if (others.length === 1 && moved !== undefined) return moved;
  if (others.length > 1) {
    ambiguous.set(
      path,
      others.map((place) => place.path),
    );
    return null;
  }
  return there === undefined || !canBePassedThrough(there) ? null : { path: canonical, device: there };
}

/** Whether the device is the one that the line speaks of, by its ids. */
function isMeant({ id, subsystemId }: MappingLine, device: PciDevice): boolean {
  return bare(id) === device.id && (subsystemId === null || bare(subsystemId) === device.subsystemId);
}

function bare(id: string | null): string | null {
  return id?.replaceAll("0x", "").toLowerCase() ?? null;
}

/** Memory, processors and bridges, but for NVSwitches, are the host's own: Proxmox does not offer them either. */
function canBePassedThrough(device: PciDevice): boolean {
  return !(device.class.startsWith("05") || device.class.startsWith("0b") || isHostBridge(device));
}

/** The line with the values of the first device; addresses whose device differs from it cannot stand in one line. */
function lineAt(line: MappingLine, places: readonly Place[]): readonly MappingLine[] {
  const [first] = places;
  if (first === undefined) return [];
  const { id, subsystemId, iommuGroup } = first.device;
  const alike = places.filter(({ device }) => device.id === id && device.subsystemId === subsystemId);
  return [
    {
      ...line,
      path: alike.map(({ path }) => path).join(";"),
      addresses: alike.map(({ path, device }) =>
        path === device.path ? device.address : slotOf(device.address),
      ),
      id,
      subsystemId,
      iommuGroup,
    },
  ];
}

/** The addresses on one node that the lines of mappings cover. */
export class HeldAddresses {
  readonly #functions = new Set<number>();
  readonly #slots = new Set<number>();
  /** Slots of which some function is held. */
  readonly #touched = new Set<number>();

  constructor(lines: readonly MappingLine[]) {
    for (const address of lines.flatMap((line) => line.addresses)) {
      this.#touched.add(slotKey(address));
      if (isFunctionAddress(address)) this.#functions.add(addressKey(address));
      else this.#slots.add(slotKey(address));
    }
  }

  /**
   * Whether the function is held, directly or with its slot.
   * @param wholeCard whether the slot is asked for, of which then no function may be held.
   */
  covers({ address }: PciDevice, wholeCard: boolean): boolean {
    if (this.#slots.has(slotKey(address))) return true;
    return wholeCard ? this.#touched.has(slotKey(address)) : this.#functions.has(addressKey(address));
  }
}

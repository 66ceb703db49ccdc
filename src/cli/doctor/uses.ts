/** What takes devices of a host: its guests, and the mappings that none of them names. */
import type { PciDevice } from "../../pci/device.ts";
import type { Guest } from "../../pci/guest.ts";
import type { Host } from "../../pci/host.ts";
import { nextTargets } from "../../pci/usage/entry.ts";
import { devicesAt } from "../../pci/usage/wish.ts";
import type { PciMappingsReading } from "../../provider/data-sources/pci-mappings.ts";
import { devicesOf } from "../line-devices.ts";

export interface Use {
  /** Everything that it takes, or may take where there is a choice. */
  readonly mayTake: ReadonlySet<PciDevice>;
  /** What it takes in any case, all at once. */
  readonly takes: ReadonlySet<PciDevice>;
}

type Devices = readonly PciDevice[];

/** @param reading null where mappings could not be read. */
export function usesOn(
  host: Host,
  reading: PciMappingsReading | null,
  guests: readonly Guest[],
): readonly Use[] {
  const node = reading?.known.get(host.node);
  const linesOf = new Map<string, readonly Devices[]>(
    (reading?.mappings ?? []).map(({ name, lines }) => [
      name,
      lines.flatMap((line) =>
        line.node === host.node && node !== undefined ? [devicesOf(line, node, host)] : [],
      ),
    ]),
  );
  const named = new Set<string>();
  const ofGuests = guests
    .filter((guest) => guest.node === host.node && !guest.template)
    .map((guest) => {
      const choices = nextTargets(guest).map(({ target }): readonly Devices[] => {
        if (target.addresses !== null) return [devicesAt(host, target.addresses)];
        named.add(target.mapping);
        return linesOf.get(target.mapping) ?? [];
      });
      const certain = choices.flatMap(([only = [], ...others]) => (others.length === 0 ? only : []));
      return { mayTake: new Set(choices.flat(2)), takes: new Set(certain) };
    });
  const free = [...linesOf].flatMap(([name, lines]) => (named.has(name) ? [] : lines));
  return [...ofGuests, ...free.map((devices) => ({ mayTake: new Set(devices), takes: new Set(devices) }))];
}

/** What takes devices from a host: its guests, and the mappings that none of them names. */
import type { PciDevice } from "../../pci/device.ts";
import type { Guest } from "../../pci/guest.ts";
import type { Host } from "../../pci/host.ts";
import { nextTargets } from "../../pci/usage/entry.ts";
import { devicesAt } from "../../pci/usage/wish.ts";
import type { PciMappingsReading } from "../../provider/data-sources/pci-mappings.ts";
import { devicesOf, staysWithDriver } from "../line-devices.ts";

export interface Use {
  /** Everything that it takes, or may take where there is a choice. */
  readonly mayTake: ReadonlySet<PciDevice>;
  /** What it takes in any case, all at once. */
  readonly takes: ReadonlySet<PciDevice>;
}

type Devices = readonly PciDevice[];

/** Those that guests take from the host. */
function taken(devices: Devices, mediated: boolean): Devices {
  return devices.filter((device) => !staysWithDriver(device, mediated));
}

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
        if (target.mapping !== null) named.add(target.mapping);
        const found =
          target.mapping === null ? [devicesAt(host, target.addresses)] : (linesOf.get(target.mapping) ?? []);
        return found.map((devices) => taken(devices, target.mdev !== null));
      });
      const certain = choices.flatMap(([only = [], ...others]) => (others.length === 0 ? only : []));
      return { mayTake: new Set(choices.flat(2)), takes: new Set(certain) };
    });
  const free = (reading?.mappings ?? [])
    .filter(({ name }) => !named.has(name))
    .flatMap(({ name, mediatedDevices }) =>
      (linesOf.get(name) ?? []).map((devices) => new Set(taken(devices, mediatedDevices))),
    );
  return [...ofGuests, ...free.map((devices) => ({ mayTake: devices, takes: devices }))];
}

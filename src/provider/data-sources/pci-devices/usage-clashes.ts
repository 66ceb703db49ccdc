/** Guests that want the same device: the second of them fails to start. */
import type { Diagnostics } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import type { PciDevice } from "../../../pci/device.ts";
import type { Unit } from "../../../pci/unit.ts";
import { type Claim, type Clash, clashesOver, type Target } from "../../../pci/usage-clash.ts";
import { nameDevice } from "../../device-line.ts";
import type { Usage } from "../../guest-usage.ts";
import { enumerated, itemised } from "../../wording.ts";

/** Warns of guests that certainly want the same unit, or the same of the other devices that are selected. */
export function warnOfUsageClashes(
  units: readonly Unit[],
  devices: readonly PciDevice[],
  { guests, mappings }: Usage,
  diagnostics: Diagnostics,
): void {
  const clashes = clashesOver(targetsOf(units, devices), guests, mappings);
  if (clashes.length === 0) return;
  diagnostics.warning(
    "Guests Want the Same Device",
    "A device goes to one running guest at a time, and these are wanted by more:" +
      `${itemised(clashes.map(describeClash))}\nWhoever comes late fails to start. Give every guest a device of its own, ` +
      "or never run these at the same time.",
    path("include_usage"),
  );
}

function targetsOf(units: readonly Unit[], devices: readonly PciDevice[]): readonly Target[] {
  const inUnits = new Set(units.flatMap(({ functions }) => functions));
  return [
    ...units.map(({ main, functions }): Target => [main, ...functions.filter((device) => device !== main)]),
    ...devices.filter((device) => !inUnits.has(device)).map((device): Target => [device]),
  ];
}

function describeClash(clash: Clash): string {
  const claims = enumerated(clash.claims.map(describeClaim));
  return "target" in clash
    ? `${nameDevice(clash.target[0])}: ${claims}`
    : `the ${clash.devices} devices that the mapping ${clash.mapping} has on ${clash.node}: ${claims}`;
}

function describeClaim({ vmid, name, hostpci, mapping, pending }: Claim): string {
  const guest = `guest ${vmid}${name === null ? "" : ` (${name})`}`;
  const through = mapping === null ? "" : ` through the mapping ${mapping}`;
  return `${guest} by ${hostpci}${through}${pending ? " from its next start on" : ""}`;
}

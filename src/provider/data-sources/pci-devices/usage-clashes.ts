/** Guests that want the same device: the second of them fails to start. */
import type { Diagnostics } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import type { PciDevice } from "../../../pci/device.ts";
import type { Host } from "../../../pci/host.ts";
import type { Unit } from "../../../pci/unit.ts";
import { type Claim, type Clash, clashesOver } from "../../../pci/usage/clash.ts";
import type { Target } from "../../../pci/usage/clash-kind.ts";
import { nameDevice } from "../../device-line.ts";
import { nameGuest } from "../../guest-line.ts";
import type { Usage } from "../../guest-usage.ts";
import { enumerated, itemised } from "../../wording.ts";

/** The selected devices, and the hosts that have them. */
interface Selected {
  readonly units: readonly Unit[];
  readonly devices: readonly PciDevice[];
  readonly hosts: readonly Host[];
}

/** Warns of guests that cannot all run at once because of selected devices. */
export function warnOfUsageClashes(
  { units, devices, hosts }: Selected,
  { guests, coverage }: Usage,
  diagnostics: Diagnostics,
): void {
  const clashes = clashesOver(targetsOf(units, devices), hosts, guests, coverage);
  if (clashes.length === 0) return;
  const apart = clashes.some(({ over }) => over === "group") ? ", in an IOMMU group of its own," : ",";
  diagnostics.warning(
    "Guests Want the Same Device",
    "A device goes to one running guest at a time, and these are wanted by more:" +
      `${itemised(clashes.map((clash) => describeClash(clash, hosts)))}\nWhoever comes late fails to start. Give every ` +
      `guest a device of its own${apart} or never run these at the same time.`,
    path("include_usage"),
  );
}

/** What guests may clash over: the units, and the functions that are in no unit. */
export function targetsOf(units: readonly Unit[], devices: readonly PciDevice[]): readonly Target[] {
  const inUnits = new Set(units.flatMap(({ functions }) => functions));
  return [
    ...units.map(({ main, functions }): Target => [main, ...functions.filter((device) => device !== main)]),
    ...devices.filter((device) => !inUnits.has(device)).map((device): Target => [device]),
  ];
}

/** The devices that are wanted, and by which guests. */
export function describeClash(clash: Clash, hosts: readonly Host[]): string {
  return `${describePlace(clash, hosts)}: ${enumerated(clash.claims.map(describeClaim))}`;
}

function describePlace(clash: Clash, hosts: readonly Host[]): string {
  const { node } = clash;
  switch (clash.over) {
    case "target":
      return nameDevice(clash.target[0]);
    case "group": {
      const paths = clash.devices.map((device) => device.path).join(", ");
      return `IOMMU group ${clash.group} of ${node} (${paths}), which goes to one guest as a whole`;
    }
    case "virtual functions": {
      const { physical } = clash;
      const device = hosts.find((host) => host.node === node)?.devices.find((one) => one.path === physical);
      const name = device === undefined ? `${node} ${physical}` : nameDevice(device);
      return `${name} and its virtual functions, which are gone while a guest has it`;
    }
    case "mapping": {
      const { mapping, lines, serves } = clash;
      if (lines === 1) return `what the mapping ${mapping} has on ${node}`;
      if (lines === serves) return `the ${lines} devices that the mapping ${mapping} has on ${node}`;
      const guests = serves === 1 ? "one guest" : `${serves} guests`;
      return `the mapping ${mapping}, whose ${lines} lines for ${node} serve ${guests} at a time (those of one card or one IOMMU group serve one)`;
    }
    case "mappings": {
      const names = `the mapping${clash.mappings.length === 1 ? "" : "s"} ${enumerated(clash.mappings)}`;
      return `${names} on ${node}, with too few devices for all of these`;
    }
  }
}

function describeClaim({ vmid, name, hostpci, mapping, pending }: Claim): string {
  const through = mapping === null ? "" : ` through the mapping ${mapping}`;
  return `${nameGuest({ vmid, name })} by ${hostpci}${through}${pending ? " from its next start on" : ""}`;
}

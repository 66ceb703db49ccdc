/**
 * The check `isolation`: which other devices a guest takes along with its own. When it starts, Proxmox takes everything
 * in their IOMMU groups from the host, whatever it is, except bridges. Source: pve-common `src/PVE/SysFSTools.pm`,
 * pci_dev_group_bind_to_vfio.
 */
import type { PciDevice } from "../../pci/device.ts";
import { type Host, isIommuOff } from "../../pci/host.ts";
import { type Isolation, isolationOf } from "../../pci/iommu-group.ts";
import { unitsOf } from "../../pci/unit.ts";
import { enumerated } from "../../provider/wording.ts";
import { type Check, check, type Finding } from "./check.ts";
import type { Use } from "./uses.ts";

/** The most devices that a summary names. */
const MAX_PEERS = 8;

/** How devices come apart from the rest of their group. */
export const ISOLATING = "Move the card to another slot, or switch ACS on in the firmware of the host.";

/**
 * One check for each unit, and for each other function that a mapping or a guest takes, on hosts whose IOMMU is on.
 * @param usesOf what takes devices from a host.
 */
export function isolationChecks(
  hosts: readonly Host[],
  usesOf: (host: Host) => readonly Use[],
): readonly Check[] {
  return hosts
    .filter((host) => !isIommuOff(host))
    .flatMap((host) => {
      const uses = usesOf(host);
      const isTaken = (device: PciDevice): boolean => uses.some(({ mayTake }) => mayTake.has(device));
      const units = unitsOf(host);
      const inUnits = new Set(units.flatMap(({ functions }) => functions));
      const others = host.devices.filter((device) => !inUnits.has(device) && isTaken(device));
      const ofUnits = units.map((unit) => {
        const finding = isolationFinding(
          unit,
          unit.main,
          unit.functions.some(isTaken),
          sparedBy(uses, unit.functions),
        );
        return check("isolation", `${unit.node}/${unit.path}`, finding);
      });
      const ofOthers = others.map((device) => {
        const finding = isolationFinding(
          isolationOf(host, [device], [device]),
          device,
          true,
          sparedBy(uses, [device]),
        );
        return check("isolation", `${host.node}/${device.path}`, finding);
      });
      return [...ofUnits, ...ofOthers];
    });
}

/** What everyone who takes any of the functions takes too, so that neither the host nor another guest loses it. */
function sparedBy(uses: readonly Use[], functions: readonly PciDevice[]): ReadonlySet<PciDevice> {
  const [first, ...others] = uses.filter(({ mayTake }) => functions.some((device) => mayTake.has(device)));
  if (first === undefined) return new Set();
  return others.reduce((spared, { takes }) => spared.intersection(takes), new Set(first.takes));
}

function isolationFinding(
  { isolated, iommuGroups, groupPeers }: Isolation,
  main: PciDevice,
  isTaken: boolean,
  spared: ReadonlySet<PciDevice>,
): Finding {
  const name = main.name ?? main.id;
  const status = isTaken ? "error" : "warning";
  if (isolated === true) return { status: "ok", summary: `${name} is isolated` };
  if (isolated === null) {
    return {
      status,
      summary: `${name} ${main.iommuGroup === null ? "is" : "has a function"} in no IOMMU group${isTaken ? ", and no guest starts on it" : ""}`,
      fix: "Take kernel parameters such as igfx_off out of the host's kernel command line, and restart the host.",
    };
  }
  const shares = `${name} shares IOMMU group ${iommuGroups.join(", ")} with`;
  const lost = groupPeers.filter((peer) => !spared.has(peer));
  if (lost.length === 0) {
    return { status: "ok", summary: `${shares} ${some(groupPeers)}, which whoever takes it takes too` };
  }
  return {
    status,
    summary:
      `${shares} ${some(lost)}, which the host loses` +
      (isTaken ? " when a guest with it starts" : " where a guest gets it"),
    fix: ISOLATING,
  };
}

function some(devices: readonly PciDevice[]): string {
  const told = devices
    .slice(0, MAX_PEERS)
    .map(({ path, name }) => (name === null ? path : `${path} (${name})`));
  const rest = devices.length - told.length;
  return enumerated(rest > 0 ? [...told, `${rest} more`] : told);
}

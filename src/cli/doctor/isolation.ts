/** The check `isolation`: which other devices a guest's card would take along. */
import { type Address, coversFunction, type Slot } from "../../pci/address.ts";
import { type Host, isIommuOff } from "../../pci/host.ts";
import { type Unit, unitsOf } from "../../pci/unit.ts";
import { enumerated } from "../../provider/wording.ts";
import { type Check, check, type Finding } from "./check.ts";

/** The most devices that a summary names. */
const MAX_PEERS = 8;

/**
 * One check for each unit, on hosts whose IOMMU is on.
 * @param named the addresses that mappings and guests name on a node.
 */
export function isolationChecks(
  hosts: readonly Host[],
  named: (node: string) => readonly (Address | Slot)[],
): readonly Check[] {
  return hosts
    .filter((host) => !isIommuOff(host))
    .flatMap((host) => {
      const addresses = named(host.node);
      return unitsOf(host).map((unit) => {
        const isNamed = unit.functions.some((device) =>
          addresses.some((address) => coversFunction(address, device.address)),
        );
        return check("isolation", `${unit.node}/${unit.path}`, isolationFinding(unit, isNamed));
      });
    });
}

function isolationFinding({ main, isolated, iommuGroups, groupPeers }: Unit, isNamed: boolean): Finding {
  const name = main.name ?? main.id;
  const status = isNamed ? "error" : "warning";
  if (isolated === true) return { status: "ok", summary: `${name} is isolated` };
  if (isolated === null) {
    return {
      status,
      summary: `${name} is in no IOMMU group${isNamed ? ", and no guest starts on it" : ""}`,
      fix: "Take kernel parameters such as igfx_off out of the host's kernel command line, and restart the host.",
    };
  }
  const peers = groupPeers
    .slice(0, MAX_PEERS)
    .map(({ path, name: peer }) => (peer === null ? path : `${path} (${peer})`));
  const rest = groupPeers.length - peers.length;
  if (rest > 0) peers.push(`${rest} more`);
  return {
    status,
    summary:
      `${name} shares IOMMU group ${iommuGroups.join(", ")} with ${enumerated(peers)}, which the host loses` +
      (isNamed ? " when a guest with it starts" : " where a guest gets it"),
    fix: "Move the card to another slot, or switch ACS on in the firmware of the host.",
  };
}

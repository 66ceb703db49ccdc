/** How a line should be, once the places of its cards are decided. */
import { type Address, formatAddress, isFunctionAddress, type Slot, slotOf } from "../address.ts";
import type { PciDevice } from "../device.ts";
import type { MappingLine } from "../mapping-line.ts";
import type { Claim } from "./card.ts";
import type { Decision } from "./decision.ts";

export interface Placed {
  readonly claim: Claim;
  readonly decision: Decision;
}

/** How one line changes. */
export type Rewriting =
  /** null when nothing of it is left. */
  | { readonly kind: "told"; readonly line: MappingLine | null }
  /**
   * One of its cards cannot be told; a device in no group cannot be passed through; one line cannot hold its devices.
   */
  | { readonly kind: "unknown"; readonly reason: "card" | "no-group" | "subsystems" };

/** The line with the addresses of its cards and the values of the first one. Its path keeps its form. */
export function rewrite(line: MappingLine, placed: readonly Placed[]): Rewriting {
  const devices: PciDevice[] = [];
  const addresses: (Address | Slot)[] = [];
  for (const { claim, decision } of placed) {
    if (decision.kind === "unknown") return { kind: "unknown", reason: "card" };
    if (decision.kind === "left-out") continue;
    devices.push(decision.device);
    addresses.push(formed(claim, decision.device.address));
  }
  const [first] = devices;
  if (first === undefined) return { kind: "told", line: null };
  if ((line.iommuGroup ?? -1) >= 0 && devices.some(({ iommuGroup }) => iommuGroup === null)) {
    return { kind: "unknown", reason: "no-group" };
  }
  const { id, subsystemId, iommuGroup } = first;
  if (devices.some((device) => device.subsystemId !== subsystemId)) {
    return { kind: "unknown", reason: "subsystems" };
  }
  const path = addresses.map(formatAddress).join(";");
  return { kind: "told", line: { ...line, path, addresses, id, subsystemId, iommuGroup } };
}

/** An address in the form of the claim's: without function if that has none. */
export function formed({ target }: Claim, address: Address): Address | Slot {
  const wholeCard = target !== null && !isFunctionAddress(target.written) && address.function === 0;
  return wholeCard ? slotOf(address) : address;
}

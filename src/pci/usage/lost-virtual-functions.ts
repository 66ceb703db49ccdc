/**
 * Guests whose start takes a physical function from its driver, which then has no virtual ones any more: by the name of
 * the function, or along with its IOMMU group, where it is not certain (see `named`). Source: Linux
 * `drivers/vfio/pci/vfio_pci_core.c`, which takes no physical function that has virtual ones.
 */
import type { Guest } from "../guest.ts";
import type { Host } from "../host.ts";
import type { Coverage } from "./coverage.ts";
import { type Contested, type Take, type Wish, wishesOn } from "./wish.ts";

export interface LostVirtualFunctions {
  readonly guest: Guest;
  readonly key: string;
  /** The path of the physical function. */
  readonly physical: string;
  /** Whether the entry takes it in any case, and not only by one of several lines. */
  readonly certain: boolean;
  /** Whether the entry names it. Otherwise it comes along with its IOMMU group. */
  readonly named: boolean;
  /** Whether the guest itself wants one of the virtual functions. */
  readonly own: boolean;
  /** Other guests that want one of them, ordered by vmid. */
  readonly others: readonly Guest[];
}

/** Ordered by vmid, then entry. What a guest takes by its `args` is bound to vfio-pci already. */
export function lostVirtualFunctions(
  host: Host,
  guests: readonly Guest[],
  coverage: Coverage,
): readonly LostVirtualFunctions[] {
  if (host.livePhysicalFunctions.size === 0) return [];
  const wishes = wishesOn(
    host,
    guests.toSorted((a, b) => a.vmid - b.vmid),
    coverage,
  );
  return wishes
    .filter(({ key }) => key !== "args")
    .flatMap((wish) => {
      const lost = new Set(wish.takes.flatMap(losing));
      return [...lost].map((one) => lossOf(wish, one, wishes));
    });
}

type OfPhysical = Extract<Contested, { kind: "virtual functions" }>;

function losing({ exclusive }: Take): readonly OfPhysical[] {
  return [...exclusive].filter((one) => one.kind === "virtual functions");
}

function lossOf(loser: Wish, lost: OfPhysical, wishes: readonly Wish[]): LostVirtualFunctions {
  const { guest, key, takes } = loser;
  const wanting = wishes.filter((wish) =>
    wish.takes.some(
      // An entry with a choice between both gets one of them, and then does not need the other.
      ({ shared, exclusive }) => shared.has(lost) && (wish !== loser || exclusive.has(lost)),
    ),
  );
  const others = wanting.filter((wish) => wish.guest.vmid !== guest.vmid);
  return {
    guest,
    key,
    physical: lost.physical,
    certain: takes.every(({ exclusive }) => exclusive.has(lost)),
    named: takes.some(({ devices }) => devices.some(({ path }) => path === lost.physical)),
    own: wanting.length > others.length,
    others: [...new Map(others.map((wish) => [wish.guest.vmid, wish.guest])).values()],
  };
}

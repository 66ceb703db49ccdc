/** Guests that cannot all run at once, because they take the same devices. */
import { compareAddresses } from "../address.ts";
import type { PciDevice } from "../device.ts";
import type { Guest } from "../guest.ts";
import type { Host } from "../host.ts";
import type { ClashingWishes, ClashKind, Target } from "./clash-kind.ts";
import type { Coverage } from "./coverage.ts";
import { entryOrder } from "./entry.ts";
import { shortagesAmong } from "./shortage.ts";
import { type Contested, candidatesOf, certaintiesOf, type Wanting, type Wish, wishesOn } from "./wish.ts";

/** One guest's claim to a device. */
export interface Claim {
  readonly vmid: number;
  readonly name: string | null;
  /** `hostpci0` …, or `args`. */
  readonly hostpci: string;
  /** The mapping through which it claims; null for a raw address. */
  readonly mapping: string | null;
  /** Only from the guest's next start on. */
  readonly pending: boolean;
}

/** Claims of several guests that cannot all be met. */
export type Clash = ClashKind & { readonly node: string; readonly claims: readonly Claim[] };

/**
 * Every clash over a selected device. First those over what guests certainly take, then those over mappings with
 * choices.
 * @param targets the selected devices.
 */
export function clashesOver(
  targets: readonly Target[],
  hosts: readonly Host[],
  guests: readonly Guest[],
  coverage: Coverage,
): readonly Clash[] {
  return hosts.flatMap((host) => {
    const ours = targets.filter(([first]) => first.node === host.node);
    if (ours.length === 0) return [];
    const wishes = wishesOn(host, guests, coverage);
    const linesOf = (mapping: string): number => coverage.linesOf(mapping, host.node).length;
    const selected = new Set(ours.flat());
    const shortages = shortagesAmong(wishes, linesOf).filter((shortage) =>
      shortage.wishes.some(({ takes }) => takes.flatMap(candidatesOf).some((one) => selected.has(one))),
    );
    return [...certainClashes(ours, wishes, linesOf), ...shortages].map(({ wishes: clashing, kind }) => ({
      ...kind,
      node: host.node,
      claims: claimsOf(clashing),
    }));
  });
}

/** The kind of a clash, and its wishes. */
interface Place {
  readonly order: number;
  readonly kind: ClashKind;
  readonly wishes: Set<Wish>;
}

function certainClashes(
  targets: readonly Target[],
  wishes: readonly Wish[],
  linesOf: (mapping: string) => number,
): readonly ClashingWishes[] {
  const wanting = new Map<Contested, Wanting[]>();
  for (const wish of wishes) {
    for (const [contested, alone] of certaintiesOf(wish)) {
      const others = wanting.get(contested);
      if (others === undefined) wanting.set(contested, [{ wish, alone }]);
      else others.push({ wish, alone });
    }
  }
  const selected = new Set(targets.flat());
  const places = new Map<string, Place>();
  for (const [contested, claims] of wanting) {
    const clashing = claims.filter(({ wish, alone }) =>
      claims.some((other) => other.wish.guest.vmid !== wish.guest.vmid && (alone || other.alone)),
    );
    if (clashing.length === 0) continue;
    const devices = wantedIn(contested, clashing);
    if (!devices.some((device) => selected.has(device))) continue;
    const { key, ...place } = placeOf(contested, clashing, targets, linesOf);
    const known = places.get(key) ?? { ...place, wishes: new Set() };
    for (const { wish } of clashing) known.wishes.add(wish);
    places.set(key, known);
  }
  const told = [...places.values()];
  return told
    .filter((place) => !told.some((other) => saysMore(other, place)))
    .sort((a, b) => a.order - b.order)
    .map(({ kind, wishes: clashing }) => ({ kind, wishes: [...clashing] }));
}

/** Whether another clash, over a group or a device, already covers a clash over virtual functions. */
function saysMore(other: Place, { kind, wishes }: Place): boolean {
  return (
    kind.over === "virtual functions" &&
    other.kind.over !== "virtual functions" &&
    wishes.isSubsetOf(other.wishes)
  );
}

/** The devices by which the wishes take it, ordered by address. */
function wantedIn({ kind, devices }: Contested, clashing: readonly Wanting[]): readonly PciDevice[] {
  const wanted = clashing.flatMap(({ wish }) => wish.takes.flatMap((take) => take.devices));
  return [...(kind === "line" ? devices : devices.intersection(new Set(wanted)))].sort((a, b) =>
    compareAddresses(a.address, b.address),
  );
}

/** Where a clash is reported: clashes with one key are reported as one. */
function placeOf(
  contested: Contested,
  clashing: readonly Wanting[],
  targets: readonly Target[],
  linesOf: (mapping: string) => number,
): { readonly key: string; readonly order: number; readonly kind: ClashKind } {
  const mapping = clashing[0]?.wish.mapping ?? "";
  const lines = linesOf(mapping);
  const order = targets.length;
  if (lines > 1 && clashing.every(({ wish, alone }) => alone && wish.mapping === mapping)) {
    return { key: `mapping ${mapping}`, order, kind: { over: "mapping", mapping, lines, serves: 1 } };
  }
  const index = targets.findIndex((target) =>
    clashing.every(({ wish }) =>
      wish.takes.every((take) =>
        take.devices.some((one) => contested.devices.has(one) && target.includes(one)),
      ),
    ),
  );
  const target = targets[index];
  if (target !== undefined) return { key: `target ${index}`, order: index, kind: { over: "target", target } };
  const { key } = contested;
  switch (contested.kind) {
    case "virtual functions":
      return { key, order, kind: { over: "virtual functions", physical: contested.physical } };
    case "device":
      return { key, order, kind: { over: "target", target: [contested.device] } };
    case "group": {
      const devices = wantedIn(contested, clashing);
      return { key, order, kind: { over: "group", group: contested.group, devices } };
    }
    case "line":
      return { key: `mapping ${mapping}`, order, kind: { over: "mapping", mapping, lines, serves: 1 } };
  }
}

function claimsOf(wishes: readonly Wish[]): readonly Claim[] {
  return wishes
    .toSorted((a, b) => a.guest.vmid - b.guest.vmid || entryOrder(a.key) - entryOrder(b.key))
    .map(({ guest: { vmid, name }, key, mapping, pending }) => ({
      vmid,
      name,
      hostpci: key,
      mapping,
      pending,
    }));
}

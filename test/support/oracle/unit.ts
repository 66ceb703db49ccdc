import type { Fn } from "./hardware.ts";
import { canLead, isAccelerator, isBridge, sameSlot, slotPath } from "./hardware.ts";
import { byPath } from "./place.ts";
import type { Sriov } from "./sriov.ts";

export interface Unit {
  kind: "card" | "pf" | "vf";
  node: string;
  main: Fn;
  functions: Fn[];
  path: string;
  leftBehind: string[];
  groups: number[];
  isolated: boolean | null;
  peers: string[];
}

/** Every unit of a node, whatever is selected, in the order of the main functions' addresses. */
export function unitsOf(sriov: Sriov): Unit[] {
  const units: Unit[] = [];
  for (const main of sriov.all.filter(canLead)) {
    if (sriov.isVirtual(main)) {
      units.push(unit("vf", main, [main], sriov));
      continue;
    }
    const functions = companionsOf(main, sriov);
    if (functions === null) continue;
    const kind = functions.some((f) => sriov.hasVirtual(f)) ? "pf" : "card";
    units.push(unit(kind, main, functions, sriov));
  }
  return units.sort((a, b) => byPath(a.main.path, b.main.path));
}

/** What goes with a function that leads its card, itself among it; null when another one of its vendor leads it. */
function companionsOf(main: Fn, sriov: Sriov): Fn[] | null {
  const slot = sriov.all.filter((f) => sameSlot(f, main) && f.vendor === main.vendor && !sriov.isVirtual(f));
  const lowest = slot.find(canLead);
  if (lowest === main) {
    const isOthers = (f: Fn): boolean => isAccelerator(f) && isAccelerator(main) && canLead(f);
    return slot.filter((f) => f === main || !isOthers(f));
  }
  return lowest !== undefined && isAccelerator(lowest) && isAccelerator(main) ? [main] : null;
}

function unit(kind: Unit["kind"], main: Fn, functions: Fn[], sriov: Sriov): Unit {
  const inSlot = sriov.all.filter((f) => sameSlot(f, main));
  const named = sriov.all.flatMap((f) => f.virtfns).filter((path) => path.startsWith(`${slotPath(main)}.`));
  const whole =
    kind !== "vf" &&
    functions.length > 1 &&
    main.fn === 0 &&
    functions.every((f) => !f.mdev) &&
    inSlot.every((f) => functions.includes(f)) &&
    named.length === 0;
  const passed = whole ? functions : [main];
  const groupsOf = (list: Fn[]): number[] => [
    ...new Set(list.map(({ group }) => group).filter((group) => group !== null)),
  ];
  const peers = sriov.all
    .filter((f) => !functions.includes(f) && f.group !== null && groupsOf(passed).includes(f.group))
    .filter((f) => !isBridge(f))
    .map((f) => f.path)
    .sort(byPath);
  return {
    kind,
    node: main.node,
    main,
    functions,
    path: whole ? slotPath(main) : main.path,
    leftBehind: whole ? [] : functions.filter((f) => f !== main).map((f) => f.path),
    groups: groupsOf(functions).sort((a, b) => a - b),
    isolated: passed.some((f) => f.group === null) ? null : peers.length === 0,
    peers,
  };
}

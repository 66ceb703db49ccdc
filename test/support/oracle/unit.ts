import type { Arguments } from "./cluster.ts";
import type { Fn } from "./hardware.ts";
import { byPath, canLead, sameSlot, slotPath } from "./hardware.ts";
import { hasVirtual, isVirtual, virtualInSlot } from "./sriov.ts";

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
export function unitsOf(all: Fn[], tells: boolean): Unit[] {
  const units: Unit[] = [];
  for (const main of all.filter(canLead)) {
    if (isVirtual(main, all, tells)) {
      units.push(unit("vf", main, [main], all, tells));
      continue;
    }
    const functions = all.filter((f) => sameSlot(f, main) && !isVirtual(f, all, tells));
    if (functions.find(canLead) === main) {
      const kind = functions.some((f) => hasVirtual(f, all, tells)) ? "pf" : "card";
      units.push(unit(kind, main, functions, all, tells));
    }
  }
  return units.sort((a, b) => byPath(a.main.path, b.main.path));
}

function unit(kind: Unit["kind"], main: Fn, functions: Fn[], all: Fn[], tells: boolean): Unit {
  const whole =
    kind !== "vf" &&
    functions.length > 1 &&
    main.fn === 0 &&
    functions.every((f) => !f.mdev) &&
    !virtualInSlot(main, all, tells);
  const known = functions.map((f) => f.group).filter((group) => group !== null);
  const groups = [...new Set(known)].sort((a, b) => a - b);
  const bridge = (f: Fn): boolean => f.class.startsWith("06") && !f.class.startsWith("0680");
  const peers = all
    .filter((f) => !functions.includes(f) && f.group !== null && groups.includes(f.group) && !bridge(f))
    .map((f) => f.path)
    .sort(byPath);
  return {
    kind,
    node: main.node,
    main,
    functions,
    path: whole ? slotPath(main) : main.path,
    leftBehind: whole ? [] : functions.filter((f) => f !== main).map((f) => f.path),
    groups,
    isolated: functions.some((f) => f.group === null) ? null : peers.length === 0,
    peers,
  };
}

const pad = (n: number, width: number): string => n.toString(16).padStart(width, "0");

/** The mapping name of a unit; `all` are the units of its node, selected or not. */
export function mappingName(unit: Unit, all: Unit[], args: Arguments): string {
  const prefix = args.mapping_prefix ?? "gpu";
  const { node, main } = unit;
  if (args.mapping_names === "model") {
    const same = all.filter(
      (other) => other.main.id === main.id && (other.kind === "vf") === (unit.kind === "vf"),
    );
    const vf = unit.kind === "vf" ? "-vf" : "";
    return `${prefix}-${node}-${main.id.replace(":", "-")}${vf}-${same.indexOf(unit)}`;
  }
  const domain = main.domain === 0 ? "" : `${pad(main.domain, 4)}-`;
  const fn = main.fn === 0 ? "" : `-${main.fn.toString(16)}`;
  return `${prefix}-${node}-${domain}${pad(main.bus, 2)}-${pad(main.slot, 2)}${fn}`;
}

/** The name of the pool that a unit is in; null for a physical function whose virtual functions live. */
export function poolName(unit: Unit, args: Arguments): string | null {
  if (unit.kind === "pf") {
    return null;
  }
  const model = unit.main.id.replace(":", "-");
  const vf = unit.kind === "vf" ? "-vf" : "";
  return `${args.mapping_prefix ?? "gpu"}-${model}${vf}${unit.main.mdev ? "-mdev" : ""}`;
}

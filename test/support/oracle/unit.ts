import type { Arguments } from "./cluster.ts";
import type { Fn } from "./hardware.ts";
import { byPath, canLead, isAccelerator, sameSlot, slotPath } from "./hardware.ts";
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
    const earlier = units.filter((other) => other.kind !== "vf").flatMap((other) => other.functions);
    const functions = all.filter(
      (f) =>
        f === main ||
        (sameSlot(f, main) &&
          f.vendor === main.vendor &&
          !isVirtual(f, all, tells) &&
          !earlier.includes(f) &&
          !(isAccelerator(f) && isAccelerator(main))),
    );
    if (!earlier.includes(main)) {
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
    all.every((f) => !sameSlot(f, main) || functions.includes(f)) &&
    !virtualInSlot(main, all, tells);
  const known = functions.map((f) => f.group).filter((group) => group !== null);
  const groups = [...new Set(known)].sort((a, b) => a - b);
  const passed = whole ? functions : [main];
  const bridge = (f: Fn): boolean => /^06(00|04|09)/.test(f.class);
  const peers = all
    .filter((f) => !functions.includes(f) && f.group !== null && !bridge(f))
    .filter((f) => passed.some((one) => one.group === f.group))
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
    isolated: passed.some((f) => f.group === null) ? null : peers.length === 0,
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

/** Of the ids in the clusters here, those that pci.ids has several models for. */
const SHARED = "1002:6798 10de:1e30 10de:1e37 10de:25b6 1002:73bf 1002:744c 1002:740c 1002:7550 1002:67df";

/** The name of the pool that a unit is in; null for a physical function whose virtual functions live. */
export function poolName(unit: Unit, args: Arguments): string | null {
  if (unit.kind === "pf") {
    return null;
  }
  const model = unit.main.id.replace(":", "-");
  const vf = unit.kind === "vf" ? "-vf" : "";
  const subdevice = unit.main.subsystemId?.slice(5) ?? "0000";
  const board = SHARED.includes(unit.main.id) && subdevice !== "0000" ? `-${subdevice}` : "";
  return `${args.mapping_prefix ?? "gpu"}-${model}${board}${vf}${unit.main.mdev ? "-mdev" : ""}`;
}

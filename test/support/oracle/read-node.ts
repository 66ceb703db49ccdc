import type { Fn } from "./hardware.ts";
import type { Sriov } from "./sriov.ts";
import type { Unit } from "./unit.ts";

/** A unit with its name; only those around a selected function are asked for. */
export interface Named {
  unit: Unit;
  name: string;
}

/** One node as it was read, and what of it was selected. */
export interface ReadNode {
  node: string;
  sriov: Sriov;
  chosen: Fn[];
  units: Named[];
}

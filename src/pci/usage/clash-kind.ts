/** What guests cannot all have. */
import type { PciDevice } from "../device.ts";
import type { Wish } from "./wish.ts";

/** Functions that guests take together, such as the card that they make up; the first names them. */
export type Target = readonly [PciDevice, ...PciDevice[]];

/** What guests cannot all have. */
export type ClashKind =
  | { readonly over: "target"; readonly target: Target }
  /** Devices of one IOMMU group, which goes to one guest. */
  | { readonly over: "group"; readonly group: number; readonly devices: readonly PciDevice[] }
  /** A device whose virtual functions are gone while it is a guest's. */
  | { readonly over: "virtual functions"; readonly physical: string }
  /** One mapping, whose lines for the node serve fewer guests. */
  | { readonly over: "mapping"; readonly mapping: string; readonly lines: number; readonly serves: number }
  /** What several mappings have, or a mapping besides what is named by its address. */
  | { readonly over: "mappings"; readonly mappings: readonly string[] };

/** Wishes that cannot all come true, and what they are about. */
export interface ClashingWishes {
  readonly wishes: readonly Wish[];
  readonly kind: ClashKind;
}

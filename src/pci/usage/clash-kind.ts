/** What not all guests can have. */
import type { PciDevice } from "../device.ts";
import type { Wish } from "./wish.ts";

/** Functions that guests take together, such as those of a card. The first gives the name. */
export type Target = readonly [PciDevice, ...PciDevice[]];

export type ClashKind =
  | { readonly over: "target"; readonly target: Target }
  /** Devices of one IOMMU group, which only one guest can have. */
  | { readonly over: "group"; readonly group: number; readonly devices: readonly PciDevice[] }
  /** A device whose virtual functions do not exist while a guest has it. */
  | { readonly over: "virtual functions"; readonly physical: string }
  /** One mapping whose lines for the node are too few for the guests. */
  | { readonly over: "mapping"; readonly mapping: string; readonly lines: number; readonly serves: number }
  /** Several mappings with the same devices, or a mapping and devices that are also named by address. */
  | { readonly over: "mappings"; readonly mappings: readonly string[] };

/** Wishes that cannot all be met, and what they are about. */
export interface ClashingWishes {
  readonly wishes: readonly Wish[];
  readonly kind: ClashKind;
}

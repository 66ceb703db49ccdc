/** What the settlement decides about a card, with what a message needs to explain it. */
import type { PciDevice } from "../device.ts";

export type Decision =
  /** Its own address bears its ids. */
  | { readonly kind: "home"; readonly device: PciDevice }
  /** It stands elsewhere: matched by the order of addresses, or because its function .0 does. */
  | { readonly kind: "moved"; readonly device: PciDevice; readonly by: "order" | "card" }
  | LeftOut
  | Unknown;

export interface LeftOut {
  readonly kind: "left-out";
  /** Its ids are nowhere; only cards of the same mappings bear them; its function .0 moved or is gone. */
  readonly reason: "gone" | "pooled" | "card";
  /** What is at its address now. */
  readonly there: PciDevice | null;
}

export interface Unknown {
  readonly kind: "unknown";
  readonly reason: UnknownReason;
  /** What is at its address now. */
  readonly there: PciDevice | null;
  /** What it may be, in numerical order. */
  readonly candidates: readonly PciDevice[];
}

export type UnknownReason =
  /** The line's address or its ids cannot be read. */
  | "unreadable"
  /** At its address is a VF. */
  | "virtual-function"
  /** At its address is nothing, where VFs or what a firmware hides may appear yet. */
  | "absent"
  /** Another with its ids is one of the two above. */
  | "beside-absent"
  /** At its address is another device of its vendor. */
  | "replaced"
  /** It is neither display nor accelerator, and the like of it is elsewhere. */
  | "elsewhere"
  /** Several, or too few, come into question. */
  | "ambiguous"
  /** Only cards at home of other mappings bear its ids. */
  | "held"
  /** Where its function .0 is cannot be told; or that is one of several that are interchangeable, and it is not. */
  | "companion"
  /** Two cards would be at one address. */
  | "shared";

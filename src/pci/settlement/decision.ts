/** The decision about a card, with what a message needs to explain it. */
import type { PciDevice } from "../device.ts";

export type Decision =
  /** A device with its ids is at its own address. */
  | { readonly kind: "home"; readonly device: PciDevice }
  /** It is elsewhere: matched by the order of addresses, or because its function .0 is there. */
  | { readonly kind: "moved"; readonly device: PciDevice; readonly by: "order" | "card" }
  | LeftOut
  | Unknown;

export interface LeftOut {
  readonly kind: "left-out";
  /** Its ids are nowhere; only cards of the same mappings have them; its function .0 moved or is gone. */
  readonly reason: "gone" | "pooled" | "card";
  /** What is at its address now. */
  readonly there: PciDevice | null;
}

export interface Unknown {
  readonly kind: "unknown";
  readonly reason: UnknownReason;
  /** What is at its address now. */
  readonly there: PciDevice | null;
  /** What it may be, ordered by address. */
  readonly candidates: readonly PciDevice[];
}

export type UnknownReason =
  /** The line's address or ids are invalid. */
  | "unreadable"
  /** A VF is at its address. */
  | "virtual-function"
  /** Nothing is at its address, but VFs, or what a firmware hides, may still appear there. */
  | "absent"
  /** Another card with its ids is in one of the two states above. */
  | "beside-absent"
  /** Another device of its vendor is at its address. */
  | "replaced"
  /** It is neither display nor accelerator, and similar devices are elsewhere. */
  | "elsewhere"
  /** There are several candidates, or too few. */
  | "ambiguous"
  /** Only cards that are at home in other mappings have its ids. */
  | "held"
  /**
   * It cannot be told where its function .0 is. Or its .0 is one of several that are interchangeable, and the card
   * itself is not.
   */
  | "companion"
  /** Two cards would be at one address. */
  | "shared";

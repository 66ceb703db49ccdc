/** Guests as messages name them. */
import type { Guest } from "../pci/guest.ts";

/** `guest 100 (web)` */
export function nameGuest({ vmid, name }: Pick<Guest, "vmid" | "name">): string {
  return `guest ${vmid}${name === null ? "" : ` (${name})`}`;
}

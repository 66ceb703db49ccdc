import { inject } from "vitest";
import { type Capability, isCapable } from "../../../scripts/hosts/capabilities.ts";

/**
 * Whether the host that runs these tests has something that older ones lack. A test that needs it is left out under those, and the
 * table of `npm run test:hosts` says so.
 */
export function hostHas(capability: Capability): boolean {
  return isCapable(inject("host"), capability);
}

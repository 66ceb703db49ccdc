/** The features of hosts that the provider or its tests need. */
import type { Host } from "./host.ts";

/** The first versions; null if there is none yet. Sources: the changelogs of OpenTofu and Terraform. */
const SINCE = {
  /** Plugin protocol 6: every host here has it. */
  providers: { opentofu: "1.6.0", terraform: "1.6.0" },
  /** Functions of providers. */
  functions: { opentofu: "1.7.0", terraform: "1.8.0" },
  /** Functions of providers in `dynamic` blocks, and `moved` from one type of a resource to another. */
  functionsInBlocks: { opentofu: "1.10.0", terraform: "1.8.0" },
  /** `-exclude` beside `-target`. */
  exclude: { opentofu: "1.9.0", terraform: null },
  /** `mock_provider` in `tofu test`, with `override_data` in it; Terraform 1.11 accepts no list of objects there. */
  mocks: { opentofu: "1.9.0", terraform: null },
} as const;

export type Capability = keyof typeof SINCE;

/** Whether a host has it. */
export function isCapable(
  { product, version }: Pick<Host, "product" | "version">,
  capability: Capability,
): boolean {
  const first = SINCE[capability][product];
  return first !== null && version.localeCompare(first, "en", { numeric: true }) >= 0;
}

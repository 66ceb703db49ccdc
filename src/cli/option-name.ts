/** The options of the command line. They have the names of the attributes that they set. */
import type { Manner } from "../provider/manner.ts";

/** Options with other names: an attribute that is a list has an option that is given several times. */
const OTHERWISE: { readonly [attribute: string]: string } = {
  endpoints: "--endpoint",
  fingerprints: "--fingerprint",
  api_token: "--api-token-file",
  include_usage: "--usage",
};

/** Attributes without an option. */
const WITHOUT = new Set(["unreachable_nodes", "accept", "at_least", "at_most", "results"]);

/** `--vendor-ids` for `vendor_ids`; null where the command line has no option for it. */
export function optionOf(attribute: string): string | null {
  if (WITHOUT.has(attribute)) return null;
  return OTHERWISE[attribute] ?? `--${attribute.replaceAll("_", "-")}`;
}

/** How messages of the command line speak of its options. */
export const AS_OPTIONS: Manner = {
  argument: (name) => optionOf(name) ?? name,
  setting: (name, value) => `${optionOf(name) ?? name} ${[value].flat().join(",")}`,
  configures: false,
};

/** `path` and `mapping`: exactly one of them says whose types are read. */
import type { ConfigurationOf } from "../../../framework/attribute.ts";
import type { Diagnostics } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import type { attributes } from "./schema.ts";

/** Adds an error unless exactly one of them is set, or may be. */
export function checkOneDevice(
  configuration: ConfigurationOf<typeof attributes>,
  diagnostics: Diagnostics,
): void {
  const { path: address, mapping } = configuration;
  if (address === null && mapping === null) {
    diagnostics.error(
      "Missing Device",
      "Nothing says whose types to read: set path to the address of a device, or mapping to the name of a PCI mapping.",
    );
  }
  // What is not known yet may become null, so it is checked when it is known.
  if (typeof address === "string" && typeof mapping === "string") {
    diagnostics.error(
      "Two Devices",
      "path and mapping exclude each other: set path to the address of a device, or mapping to the name of a PCI mapping.",
      path("mapping"),
    );
  }
}

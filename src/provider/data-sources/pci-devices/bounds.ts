/** Checks `at_least` against `at_most`, which needs no device. */
import type { ConfigurationOf } from "../../../framework/attribute.ts";
import type { Diagnostics } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import type { attributes } from "./schema.ts";

/** Adds an error when no number of devices can satisfy both bounds. */
export function checkBounds(
  { at_least, at_most }: ConfigurationOf<typeof attributes>,
  diagnostics: Diagnostics,
): void {
  if (typeof at_least !== "number" || typeof at_most !== "number" || at_least <= at_most) return;
  diagnostics.error(
    "Invalid Value",
    `at_most is ${at_most} and at_least is ${at_least}: no selection can have fewer devices than the one and more than ` +
      "the other.",
    path("at_most"),
  );
}

/** Checks of a value that a user wrote. Each can say what is wrong and where. */
import { formatPath, type Path } from "../cty/path.ts";
import type { Diagnostics } from "./diagnostics.ts";

/** Checks one known value at the path `at`, never null, and adds a diagnostic for what is wrong. */
export type Validator<T> = (value: T, at: Path, diagnostics: Diagnostics) => void;

export function oneOf(...allowed: readonly string[]): Validator<string> {
  return (value, at, diagnostics) => {
    if (allowed.includes(value)) return;
    const choices = allowed.map((choice) => JSON.stringify(choice)).join(", ");
    diagnostics.error(
      "Invalid Value",
      `${formatPath(at)} is ${JSON.stringify(value)}, which is none of the values it can have: ${choices}.`,
      at,
    );
  };
}

/** Refuses the empty list, set or map. For "no restriction" the user leaves the argument out. */
export function notEmpty(): Validator<readonly unknown[] | ReadonlyMap<string, unknown>> {
  return (value, at, diagnostics) => {
    if (("size" in value ? value.size : value.length) > 0) return;
    diagnostics.error(
      "Empty Value",
      `${formatPath(at)} is empty, and nothing could ever match it. Leave the argument out to set no limit.`,
      at,
    );
  };
}

/** Accepts numbers from `lowest` to `highest`, both included. */
export function between(lowest: number, highest: number): Validator<number> {
  return (value, at, diagnostics) => {
    if (value >= lowest && value <= highest) return;
    diagnostics.error(
      "Value Out of Range",
      `${formatPath(at)} is ${value}, and must be from ${lowest} to ${highest}.`,
      at,
    );
  };
}

/** Accepts numbers not lower than `lowest`. */
export function atLeast(lowest: number): Validator<number> {
  return (value, at, diagnostics) => {
    if (value >= lowest) return;
    diagnostics.error(
      "Value Out of Range",
      `${formatPath(at)} is ${value}, and must be at least ${lowest}.`,
      at,
    );
  };
}

/** Paths of attributes, for the layers above, which do not use cty. */
import type { Path } from "../cty/path.ts";

export { formatPath, type Path, type PathStep } from "../cty/path.ts";

/** A short way to write paths: texts are attribute names, numbers are list indices, `{ key }` is a map key. */
export function path(...steps: readonly (string | number | { readonly key: string })[]): Path {
  return steps.map((step) => {
    if (typeof step === "string") return { kind: "attribute", name: step };
    if (typeof step === "number") return { kind: "index", index: step };
    return { kind: "key", key: step.key };
  });
}

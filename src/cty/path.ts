/** Paths to a value inside another, for diagnostics. Source: go-cty `cty/path.go`. */

/** One step: to an attribute of an object, to an element of a list (from 0), or to an element of a map. */
export type PathStep =
  | { readonly kind: "attribute"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "key"; readonly key: string };

/** Steps from the root of a configuration. An empty path means all of it. */
export type Path = readonly PathStep[];

/** A path as a user writes it: `paths[1]`, `tags["a"].b`. */
export function formatPath(steps: Path): string {
  return steps
    .map((step, position) => {
      if (step.kind === "attribute") return position === 0 ? step.name : `.${step.name}`;
      return step.kind === "index" ? `[${step.index}]` : `[${JSON.stringify(step.key)}]`;
    })
    .join("");
}

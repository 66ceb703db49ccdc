/** Tells which modules a bundle may evaluate before anything asks for more. */
import type { Metafile } from "esbuild";

export interface StartGraph {
  /** Files of the bundle, by their paths from the root of the project, in order. */
  readonly inputs: readonly string[];
  /** What is not in the bundle, above all parts of Node, in order. */
  readonly externals: readonly string[];
}

/**
 * Follows every import but the dynamic ones. A `require` inside a function counts, although it runs
 * only when the function does: the result errs to the side of too many.
 *
 * @param entry The path of the file to begin at, as the metafile has it.
 */
export function loadedAtStart(metafile: Metafile, entry: string): StartGraph {
  const inputs = new Set<string>([entry]);
  const externals = new Set<string>();
  for (const path of inputs) {
    for (const { path: imported, kind, external } of metafile.inputs[path]?.imports ?? []) {
      if (kind === "dynamic-import") continue;
      if (external === true) externals.add(imported);
      else inputs.add(imported);
    }
  }
  return { inputs: [...inputs].toSorted(), externals: [...externals].toSorted() };
}

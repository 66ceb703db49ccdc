/** Finds the modules that a bundle may evaluate before anything asks for more. */
import type { Metafile } from "esbuild";

export interface StartGraph {
  /** Files of the bundle, by their paths from the root of the project, sorted. */
  readonly inputs: readonly string[];
  /** What is not in the bundle, mostly parts of Node, sorted. */
  readonly externals: readonly string[];
}

/**
 * Follows every import except dynamic ones. A `require` inside a function counts, although it only runs with the
 * function: the result may contain too much.
 *
 * @param entry The path of the entry file, as in the metafile.
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

/** Keeps the command line out of the bundle that every launch of the plugin reads. */
import type { Plugin } from "esbuild";

/** What `main` requires for the command line; `loader.cjs` loads it from an asset of its own. */
const PERSON_BUNDLE = "./person.cjs";

/** Leaves the import of the command line in `main` to the loader. */
export const personApart: Plugin = {
  name: "person-apart",
  setup(build) {
    build.onResolve({ filter: /\/cli\/command-line\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: PERSON_BUNDLE, external: true } : undefined,
    );
  },
};

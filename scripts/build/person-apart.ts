/** Keeps what answers a person out of the bundle that every launch of the plugin reads. */
import type { Plugin } from "esbuild";

/** What `main` asks `require` for when a person is there; `loader.cjs` answers it out of an asset of its own. */
const PERSON_BUNDLE = "./person.cjs";

/** Leaves the import of the command line by `main` to the loader. */
export const personApart: Plugin = {
  name: "person-apart",
  setup(build) {
    build.onResolve({ filter: /\/cli\/command-line\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: PERSON_BUNDLE, external: true } : undefined,
    );
  },
};

/**
 * grpc-js as far as a provider needs it: its main file loads the client with it, two thirds of its code and a tenth of
 * what one launch of the provider would have to do.
 */
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";
import { ofPackage } from "./of-package.ts";

/** What the sources import of grpc-js, and the file of the package that has it. */
const PARTS = {
  Server: "server",
  ServerCredentials: "server-credentials",
  ServerInterceptingCall: "server-interceptors",
  setLogger: "logging",
  status: "constants",
} as const;

/** What those files are called there, where it is something else. */
const OWN_NAMES: { readonly [name: string]: string } = { status: "Status" };

/** Puts a main file into grpc-js that exports the server alone, and leaves out what makes clients. */
export const grpcServerOnly: Plugin = {
  name: "grpc-server-only",
  setup(build) {
    const filter = /^@grpc\/grpc-js$/;
    build.onResolve({ filter }, async ({ path, pluginData, ...args }) => {
      if (pluginData === "resolving") return undefined;
      const found = await build.resolve(path, { ...args, pluginData: "resolving" });
      return { path: found.path, namespace: "grpc-server", pluginData: dirname(found.path) };
    });
    build.onLoad({ filter: /.*/, namespace: "grpc-server" }, ({ pluginData }: { pluginData: string }) => {
      const exports = Object.entries(PARTS).map(([name, file]) => {
        return `exports.${name} = require(${JSON.stringify(join(pluginData, file))}).${OWN_NAMES[name] ?? name};`;
      });
      return { contents: exports.join("\n"), resolveDir: pluginData };
    });
    // Two services of the server can be asked by a client of its own; neither is used.
    build.onLoad({ filter: ofPackage("grpc-js/build/src/make-client\\.js") }, () => ({ contents: "" }));
  },
};

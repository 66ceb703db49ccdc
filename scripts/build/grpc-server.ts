/**
 * grpc-js, as far as a provider needs it. Its main file also loads the client, which is two thirds of its code and a
 * tenth of the work of a launch.
 */
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";
import { ofPackage } from "./of-package.ts";

/** What the sources import from grpc-js, and the file of the package that contains it. */
const PARTS = {
  Server: "server",
  ServerCredentials: "server-credentials",
  ServerInterceptingCall: "server-interceptors",
  setLogger: "logging",
  status: "constants",
} as const;

/** Other names of these in their files. */
const OWN_NAMES: { readonly [name: string]: string } = { status: "Status" };

/** Replaces the main file of grpc-js by one that exports only the server, and omits what makes clients. */
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
    // Two services of the server have clients of their own; neither is used.
    build.onLoad({ filter: ofPackage("grpc-js/build/src/make-client\\.js") }, () => ({ contents: "" }));
  },
};

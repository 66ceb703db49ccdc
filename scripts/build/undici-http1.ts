/**
 * undici, as far as a provider needs it: HTTP/1.1 over a given socket, with bodies of text. The rest is half of what its
 * client imports, and a launch would read all of it.
 */
import type { Plugin } from "esbuild";
import { ofPackage } from "./of-package.ts";

/**
 * Files of undici that are never used here, and why:
 * - `client-h2`: `src/proxmox/tls/dial.ts` offers only HTTP/1.1, so no server can choose another.
 * - `body`, `formdata`, `webidl`: they are for bodies that are forms or web streams.
 * - `llhttp_simd-wasm`: the HTTP parser once more, for processors with SSE4.1, which guests need not have. undici takes the other
 *   one where this cannot be loaded, and headers of some hundred bytes are parsed as fast by it.
 */
const NEEDLESS = ofPackage(
  "undici/lib/(dispatcher/client-h2|web/fetch/body|web/fetch/formdata|web/webidl/index|llhttp/llhttp_simd-wasm)\\.js",
);

/** Replaces each by an error, in case it is used after all. */
export const undiciHttp1Only: Plugin = {
  name: "undici-http1-only",
  setup(build) {
    build.onLoad({ filter: NEEDLESS }, ({ path }) => {
      const slashed = path.replaceAll("\\", "/");
      const name = slashed.slice(slashed.lastIndexOf("/undici/") + 1);
      return {
        contents: `module.exports = () => { throw new Error(${JSON.stringify(`${name} is not in this build.`)}); };`,
      };
    });
  },
};

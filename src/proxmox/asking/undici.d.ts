/**
 * undici's HTTP/1.1 client alone. The package's main file also loads fetch, WebSocket and the caches, which takes three times as
 * long (75 ms instead of 27 ms on the machine where it was measured).
 */
declare module "undici/lib/dispatcher/client.js" {
  import type { Client } from "undici";

  const client: typeof Client;

  // biome-ignore lint/style/noDefaultExport: the module is CommonJS and its exports are this class, which import() calls `default`
  export { client as default };
}

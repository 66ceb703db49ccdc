import type { ProviderServer } from "../framework/provider-server.ts";
import type { StopProvider_Response } from "./gen/tfplugin6.ts";

/** Ends what is in flight: the user pressed Ctrl-C. */
export function stopProvider<I>(server: ProviderServer<I>): StopProvider_Response {
  server.stop();
  return { Error: "" };
}

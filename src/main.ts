/**
 * Start of the binary: it decides who started it. A host (OpenTofu, Terraform) gets the plugin. Somebody with a
 * debugger gets the same plugin, to reattach to. A person gets the command line.
 */
import process from "node:process";
import type { Server } from "@grpc/grpc-js";
import { messageOf } from "./message-of.ts";
import { isLaunchedByHost } from "./plugin/handshake.ts";
import { createLogger } from "./plugin/logger.ts";
import { serveForReattach } from "./plugin/reattach.ts";
import { servePlugin } from "./plugin/serve.ts";
import { Secrets } from "./provider/secrets.ts";
import { providerAddress } from "./provider-address.ts";
import { version } from "./version.ts";

async function main(args: readonly string[]): Promise<void> {
  // It would switch off certificate checks for every connection that does not set them itself, and Node warns of it on
  // stderr.
  delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  const [first, ...rest] = args;
  const debug = (first === "-debug" || first === "--debug") && rest.length === 0;
  // Arguments decide first: a program that a host started may inherit the cookie, but no host passes arguments to a
  // plugin.
  if (!debug && (args.length > 0 || !isLaunchedByHost(process.env))) {
    const { runCommandLine } = await import("./cli/command-line.ts");
    process.exitCode = await runCommandLine(args, { version, process });
    return;
  }
  const secrets = new Secrets();
  const logger = createLogger({
    environment: process.env,
    providerName: "gpuhost",
    scrubber: secrets,
    now: Date.now,
    write: (line) => process.stderr.write(line),
  });
  const addServices = async (server: Server) => {
    // Loaded only for a host; the command line does not need it.
    const { createProviderService } = await import("./tfplugin6/service.ts");
    const { createProvider } = await import("./provider/provider.ts");
    const provider = createProvider({ version, environment: process.env, secrets });
    const { definition, implementation } = createProviderService(provider, {
      logger,
      // Not performance.now(), for which Node would load its tools for measuring performance.
      clock: () => Number(process.hrtime.bigint()) / 1e6,
      scrub: (text) => secrets.scrub(text),
    });
    server.addService(definition, implementation);
  };
  if (debug) await serveForReattach({ providerAddress, addServices, process, logger });
  else await servePlugin({ name: "terraform-provider-gpuhost", addServices, process, logger });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`terraform-provider-gpuhost: cannot start: ${messageOf(error)}\n`);
  process.exitCode = 1;
});

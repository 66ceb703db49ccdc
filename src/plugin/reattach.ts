/**
 * Serves hosts that somebody points to this process: for debuggers, which want to start it themselves.
 * Source: hashicorp/go-plugin `server.go` (test mode), terraform-plugin-go `tf6server/server.go`.
 */
import { tmpdir } from "node:os";
import type { Server } from "@grpc/grpc-js";
import type { Logger } from "../logger.ts";
import { startGrpcServer } from "./grpc-server.ts";
import { type ListenAddress, PROTOCOL_VERSION, readHandshake } from "./handshake.ts";
import { listen } from "./listener.ts";
import { exitOnSignals, exitOnUncaughtError, type PluginProcess } from "./process-guard.ts";

export interface ReattachOptions {
  /** The provider's full address, `HOST/NAMESPACE/TYPE`, as hosts look it up. */
  readonly providerAddress: string;
  readonly addServices: (server: Server) => void | Promise<void>;
  readonly process: PluginProcess;
  readonly logger: Logger;
}

/** The value of `TF_REATTACH_PROVIDERS`. `Test` tells the host that the process is not its to end. */
export function formatReattach(providerAddress: string, address: ListenAddress, pid: number): string {
  const text = address.network === "unix" ? address.path : `${address.host}:${address.port}`;
  return JSON.stringify({
    [providerAddress]: {
      Protocol: "grpc",
      ProtocolVersion: PROTOCOL_VERSION,
      Pid: pid,
      Test: true,
      Addr: { Network: address.network, String: text },
    },
  });
}

/**
 * Serves any number of hosts, at the same time or one after another, without TLS: the socket's directory keeps
 * other users out. Ends with SIGINT or SIGTERM.
 */
export async function serveForReattach(options: ReattachOptions): Promise<void> {
  const { process, logger } = options;
  exitOnUncaughtError(process, logger);
  const listener = await listen(readHandshake({}), {
    platform: process.platform,
    temporaryDirectory: tmpdir(),
  });
  process.once("exit", () => listener.close());
  exitOnSignals(process, ["SIGINT", "SIGTERM", "SIGHUP"], 0);
  await startGrpcServer({
    listener,
    tls: undefined,
    addServices: options.addServices,
    watch: undefined,
    logger,
    onShutdown: () => process.exit(0),
  });
  const value = formatReattach(options.providerAddress, listener.address, process.pid);
  process.stdout.write(
    "The provider is running. Set this where you run OpenTofu or Terraform, and press Ctrl-C here to end it:\n\n" +
      `TF_REATTACH_PROVIDERS='${value}'\n`,
  );
}

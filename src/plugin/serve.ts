/** Serves the host that launched this process, from the handshake to Shutdown. */
import { tmpdir } from "node:os";
import type { Server } from "@grpc/grpc-js";
import type { Logger } from "../logger.ts";
import { messageOf } from "../message-of.ts";
import { createCertificate, type KeyAndCertificate } from "./certificate.ts";
import { trustNobodyByDefault } from "./default-authorities.ts";
import { startGrpcServer } from "./grpc-server.ts";
import {
  formatFailureLine,
  formatHandshakeLine,
  type HandshakeRequest,
  PluginStartError,
  readHandshake,
} from "./handshake.ts";
import { HostWatch, type HostWatchLimits } from "./host-watch.ts";
import { listen } from "./listener.ts";
import {
  exitOnSignals,
  exitOnUncaughtError,
  guardStdout,
  ignoreBrokenPipes,
  ignoreInterrupts,
  isParentGone,
  logWarnings,
  type PluginProcess,
} from "./process-guard.ts";

export interface ServeOptions {
  /** The program's name, for messages. */
  readonly name: string;
  /** Adds this plugin's own services. May load them first. */
  readonly addServices: (server: Server) => void | Promise<void>;
  readonly process: PluginProcess;
  readonly logger: Logger;
  /** How long a silent host is waited for, if not as usual. */
  readonly limits?: HostWatchLimits;
}

/**
 * Answers the handshake and serves until the host calls Shutdown or is gone; then the process exits. If it cannot
 * start, the reason is the only line on stdout, which hosts show to the user, and the exit code is 1.
 */
export async function servePlugin(options: ServeOptions): Promise<void> {
  const { process, logger } = options;
  const parent = process.ppid;
  ignoreBrokenPipes(process);
  ignoreInterrupts(process, logger);
  logWarnings(process, logger);
  const fail = (error: unknown) => {
    const reason = error instanceof PluginStartError ? error.message : `cannot start: ${messageOf(error)}`;
    process.stdout.write(formatFailureLine(options.name, reason), () => process.exit(1));
  };
  process.on("uncaughtException", fail);
  try {
    const line = await startServing(options, parent);
    process.off("uncaughtException", fail);
    exitOnUncaughtError(process, logger);
    process.stdout.write(line, (error) => {
      // Nobody reads it: the host ended while this process started.
      if (error) process.exit(1);
    });
    guardStdout(process, logger);
  } catch (error) {
    fail(error);
  }
}

/** Everything up to the handshake line, which it returns. @param parent the process that launched this one */
async function startServing(options: ServeOptions, parent: number): Promise<string> {
  const { process, logger } = options;
  const request = readHandshake(process.env);
  requireGuard(request, process.platform);
  // In this order: the certificate's key is made in another thread while gRPC loads in this one.
  const making = request.clientCertificates === undefined ? undefined : createCertificate();
  const listening = listen(request, { platform: process.platform, temporaryDirectory: tmpdir() });
  // Removes the socket at exit, even if something else fails.
  const removable = listening.then((listener) => process.once("exit", () => listener.close()));
  const [certificate, listener] = await Promise.all([making, listening, import("@grpc/grpc-js")]).catch(
    async (error: unknown) => {
      await removable.catch(() => undefined);
      throw error;
    },
  );
  trustNobodyByDefault();
  exitOnSignals(process, ["SIGTERM"], 1);

  const onGone = (reason: string) => {
    logger.debug("exiting", { reason });
    process.exit(0);
  };
  const watch = new HostWatch(onGone, () => isParentGone(process, parent), options.limits);
  await startGrpcServer({
    listener,
    tls: tlsOf(certificate, request.clientCertificates),
    addServices: options.addServices,
    watch,
    logger,
    onShutdown: () => process.exit(0),
  });
  watch.start();
  logger.debug("serving", { network: listener.address.network, tls: certificate !== undefined });
  return formatHandshakeLine(listener.address, certificate?.certificateDer, request);
}

/**
 * A unix socket is in a directory that nobody else can enter. A TCP port is open to every user of the machine. Whoever reaches a
 * plugin without TLS can make it send the credentials in its environment to any server.
 */
function requireGuard(
  { clientCertificates }: Pick<HandshakeRequest, "clientCertificates">,
  platform: NodeJS.Platform,
): void {
  if (clientCertificates !== undefined || platform !== "win32") return;
  throw new PluginStartError(
    "this host wants no TLS (PLUGIN_CLIENT_CERT is not set), and without it every user of this Windows machine could use the " +
      "provider and its credentials: take TF_DISABLE_PLUGIN_TLS out of the environment, or use OpenTofu, or Terraform 1.0 or newer",
  );
}

function tlsOf(own: KeyAndCertificate | undefined, clientCertificates: readonly string[] | undefined) {
  return own === undefined || clientCertificates === undefined ? undefined : { own, clientCertificates };
}

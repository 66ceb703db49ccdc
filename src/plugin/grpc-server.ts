/** The gRPC server on a plugin's socket, with TLS on both sides or without TLS. */
import type { Server } from "@grpc/grpc-js";
import type { Logger } from "../logger.ts";
import type { KeyAndCertificate } from "./certificate.ts";
import { addHealthService } from "./health-service.ts";
import { addHostServices } from "./host-services.ts";
import type { HostWatch } from "./host-watch.ts";
import type { Listener } from "./listener.ts";

/** Go providers accept requests of this size in bytes; gRPC's own default of 4 MiB is too small for some states. */
const LARGEST_REQUEST = 256 * 1024 * 1024;

export interface GrpcServerOptions {
  readonly listener: Listener;
  /** The server's certificate, and the only ones accepted from clients. Undefined serves plain text. */
  readonly tls:
    | { readonly own: KeyAndCertificate; readonly clientCertificates: readonly string[] }
    | undefined;
  /** Adds the plugin's own services. */
  readonly addServices: (server: Server) => void | Promise<void>;
  /** Gets told of connections, calls and streams. */
  readonly watch: HostWatch | undefined;
  readonly logger: Logger;
  /** Called when the host asks the plugin to end. */
  readonly onShutdown: () => never;
}

/** Serves the listener's connections from now on. */
export async function startGrpcServer(options: GrpcServerOptions): Promise<void> {
  const { listener, watch } = options;
  const { Server, ServerCredentials, ServerInterceptingCall, setLogger } = await import("@grpc/grpc-js");
  // Otherwise gRPC would print plain lines to stderr when the environment asks for its traces.
  const log = (...parts: readonly unknown[]) => options.logger.debug("gRPC", { text: parts.join(" ") });
  setLogger({ error: log, info: log, debug: log });
  const server = new Server({
    "grpc.max_receive_message_length": LARGEST_REQUEST,
    "grpc.max_send_message_length": -1,
    "grpc.enable_channelz": 0,
    interceptors: [
      (_method, call) => {
        watch?.callStarted();
        return new ServerInterceptingCall(call);
      },
    ],
  });
  addHostServices(server, watch, options.onShutdown);
  addHealthService(server);
  await options.addServices(server);

  const credentials =
    options.tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(
          Buffer.from(options.tls.clientCertificates.join("\n")),
          [
            {
              private_key: Buffer.from(options.tls.own.privateKeyPem),
              cert_chain: Buffer.from(options.tls.own.certificatePem),
            },
          ],
          true,
        );
  const injector = server.createConnectionInjector(credentials);
  listener.server.on("connection", (socket) => {
    watch?.connectionOpened();
    socket.once("close", () => watch?.connectionClosed());
    injector.injectConnection(socket);
  });
}

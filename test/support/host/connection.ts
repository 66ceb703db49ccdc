/** A host's connection to a plugin: calls, the two streams that hosts keep open, and Shutdown. */
import {
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  Metadata,
  type MethodDefinition,
} from "@grpc/grpc-js";
import type { KeyAndCertificate } from "../../../src/plugin/certificate.ts";
import { toPem } from "../../../src/plugin/certificate.ts";
import { type ConnInfo, GRPCBrokerService } from "../../../src/plugin/gen/grpc_broker.ts";
import { GRPCControllerService } from "../../../src/plugin/gen/grpc_controller.ts";
import { GRPCStdioService, type StdioData } from "../../../src/plugin/gen/grpc_stdio.ts";
import type { Handshake } from "./handshake-line.ts";

/** What a unary call needs of a method: entries of the generated services have it. */
export type UnaryMethod<Request, Response> = Pick<
  MethodDefinition<Request, Response>,
  "path" | "requestSerialize" | "responseDeserialize"
>;

/** The streams that a go-plugin host opens first on every connection. */
export interface HostStreams {
  readonly broker: ClientDuplexStream<ConnInfo, ConnInfo>;
  readonly stdio: ClientReadableStream<StdioData>;
}

/** Go hosts take answers of any size. */
const UNLIMITED = -1;

export class HostConnection {
  readonly #client: Client;
  readonly #streams = new Set<{ cancel(): void }>();

  constructor(target: string, channelCredentials: ChannelCredentials) {
    this.#client = new Client(target, channelCredentials, {
      "grpc.max_receive_message_length": UNLIMITED,
      "grpc.max_send_message_length": UNLIMITED,
      "grpc.ssl_target_name_override": "localhost",
      "grpc.default_authority": "localhost",
      "grpc.enable_http_proxy": 0,
    });
  }

  /** Calls a method with one request and one answer. Rejects with grpc-js's `ServiceError`, also when the signal cancels it. */
  call<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
    signal?: AbortSignal,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        (error, response) => {
          if (error !== null) reject(error);
          else if (response === undefined) reject(new Error(`${method.path} answered nothing`));
          else resolve(response);
        },
      );
      signal?.addEventListener("abort", () => call.cancel(), { once: true });
    });
  }

  /** Starts a call whose answers come one by one. */
  stream<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
  ): ClientReadableStream<Response> {
    const stream = this.#client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
    );
    stream.on("error", () => undefined);
    this.#streams.add(stream);
    return stream;
  }

  /** Opens the Broker and the Stdio stream, as every go-plugin host does. Their end is no error. */
  openStreams(): HostStreams {
    const { path, requestSerialize, responseDeserialize } = GRPCBrokerService.startStream;
    const broker = this.#client.makeBidiStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      new Metadata(),
    );
    broker.on("error", () => undefined);
    broker.on("data", () => undefined);
    this.#streams.add(broker);
    const stdio = this.stream(GRPCStdioService.streamStdio, {});
    stdio.on("data", () => undefined);
    return { broker, stdio };
  }

  /**
   * Asks the plugin to exit and closes the connection, as Go's `Client.Kill` does at first. Most plugins end without an
   * answer, and hosts do not look at what becomes of the call.
   */
  async shutdown(): Promise<void> {
    await this.call(GRPCControllerService.shutdown, {}).catch(() => undefined);
    this.close();
  }

  /** Closes the connection without a word; whatever is still open on it is cut off. */
  close(): void {
    for (const stream of this.#streams) stream.cancel();
    this.#client.close();
  }
}

/** Connects with TLS when the plugin has shown a certificate, trusting that one alone, and in plain text otherwise. */
export function connectTo(handshake: Handshake, own: KeyAndCertificate | undefined): HostConnection {
  const target = handshake.network === "unix" ? `unix:${handshake.address}` : `ipv4:${handshake.address}`;
  return new HostConnection(target, credentialsFor(handshake, own));
}

function credentialsFor({ certificate }: Handshake, own: KeyAndCertificate | undefined): ChannelCredentials {
  if (certificate === undefined) return credentials.createInsecure();
  const trusted = Buffer.from(toPem(certificate.raw));
  if (own === undefined) return credentials.createSsl(trusted);
  return credentials.createSsl(trusted, Buffer.from(own.privateKeyPem), Buffer.from(own.certificatePem));
}

/** A host's side of the service over a real socket, without what comes before it: handshake and TLS. */
import {
  type Client,
  credentials,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  type ServiceError,
} from "@grpc/grpc-js";
import type { Attributes } from "../../../src/framework/attribute.ts";
import type { Provider } from "../../../src/framework/provider.ts";
import { ProviderService } from "../../../src/tfplugin6/gen/tfplugin6.ts";
import { createProviderService, type ProviderServiceOptions } from "../../../src/tfplugin6/service.ts";

type Service = typeof ProviderService;
type UnaryName = {
  [N in keyof Service]: Service[N] extends { responseStream: false } ? N : never;
}[keyof Service];
type RequestOf<N extends keyof Service> = ReturnType<Service[N]["requestDeserialize"]>;
type ResponseOf<N extends keyof Service> = ReturnType<Service[N]["responseDeserialize"]>;

export class ProviderClient {
  readonly #server: Server;
  readonly #client: Client;

  private constructor(server: Server, client: Client) {
    this.#server = server;
    this.#client = client;
  }

  /** Serves the provider on a free port of the loopback interface and connects to it. */
  static async serving<A extends Attributes, I>(
    provider: Provider<A, I>,
    options: ProviderServiceOptions,
  ): Promise<ProviderClient> {
    const server = new Server();
    const { definition, implementation } = createProviderService(provider, options);
    server.addService(definition, implementation);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const GenericClient = makeGenericClientConstructor({}, "Provider");
    return new ProviderClient(server, new GenericClient(`127.0.0.1:${port}`, credentials.createInsecure()));
  }

  /** Calls an RPC that has one answer; the signal cancels the call. @throws ServiceError */
  call<N extends UnaryName>(name: N, request: RequestOf<N>, signal?: AbortSignal): Promise<ResponseOf<N>> {
    const { path, requestSerialize, responseDeserialize } = ProviderService[name];
    return this.#unary(
      path,
      requestSerialize as (value: RequestOf<N>) => Buffer,
      responseDeserialize as (value: Buffer) => ResponseOf<N>,
      request,
      signal,
    );
  }

  /** Calls an RPC with bytes that may be no request at all. @throws ServiceError */
  callRaw(path: string, request: Buffer): Promise<Buffer> {
    const asIs = (value: Buffer) => value;
    return this.#unary(path, asIs, asIs, request);
  }

  /** Calls an RPC that answers with a stream, and waits for its end. @throws ServiceError */
  callStream(path: string): Promise<readonly Buffer[]> {
    const asIs = (value: Buffer) => value;
    return new Promise((resolve, reject) => {
      const answers: Buffer[] = [];
      const stream = this.#client.makeServerStreamRequest(path, asIs, asIs, Buffer.alloc(0));
      stream.on("data", (answer: Buffer) => answers.push(answer));
      stream.on("error", reject);
      stream.on("end", () => resolve(answers));
    });
  }

  #unary<Q, S>(
    path: string,
    serialize: (value: Q) => Buffer,
    deserialize: (value: Buffer) => S,
    request: Q,
    signal?: AbortSignal,
  ): Promise<S> {
    return new Promise((resolve, reject) => {
      const answered = (error: ServiceError | null, answer?: S) => {
        if (answer === undefined) reject(error);
        else resolve(answer);
      };
      const call = this.#client.makeUnaryRequest(path, serialize, deserialize, request, answered);
      signal?.addEventListener("abort", () => call.cancel(), { once: true });
    });
  }

  close(): void {
    this.#client.close();
    this.#server.forceShutdown();
  }
}

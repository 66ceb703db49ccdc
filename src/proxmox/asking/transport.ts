/**
 * Sends requests to the members of a cluster: to the one that answered last, and to the next one when that gives no answer of its
 * own.
 */

import { type Clock, startDeadline } from "../clock.ts";
import { Problem } from "../errors.ts";
import type { Endpoint } from "../settings/endpoint.ts";
import type { Dialer } from "../tls/dial.ts";
import { BodyRoom } from "./body-buffer.ts";
import { Connection, type WireRequest, type WireResponse } from "./connection.ts";
import type { RequestQueue } from "./request-queue.ts";
import { SpareSockets } from "./spare-sockets.ts";

/** Bytes of all bodies that are being received, or not parsed yet. */
const MAX_BODIES_BYTES = 32 * 1024 * 1024;

/** The longest wait for a silent endpoint while there are others to try. */
export const FAILOVER_CONNECT_MS = 5_000;

export interface TransportOptions {
  /** At least one. */
  readonly endpoints: readonly Endpoint[];
  readonly dialer: Dialer;
  readonly clock: Clock;
  /** For one request to one endpoint, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Where requests wait for their turn. */
  readonly queue: Pick<RequestQueue, "waiting">;
}

export interface SendOptions {
  /** Whether another endpoint may be asked even if this one may have received the request. */
  readonly repeatable: boolean;
  readonly signal: AbortSignal;
  /** The time left for all endpoints together, in milliseconds. */
  readonly leftMs: number;
}

export interface Sent {
  readonly response: WireResponse;
  /** The endpoints that were tried, in order. The last one answered. */
  readonly tried: readonly string[];
  /** The problems of the endpoints before it. */
  readonly before: readonly Problem[];
}

/** Keeps the connections to the members of a cluster, and remembers which of them answered last. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #sockets: SpareSockets;
  readonly #room = new BodyRoom(MAX_BODIES_BYTES);
  readonly #connections = new Set<Connection>();
  readonly #idle = new Map<Endpoint, Connection[]>();
  /** Index of the endpoint that answered last. */
  #current = 0;
  #closed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#sockets = new SpareSockets(options.dialer, options.clock, () => options.queue.waiting);
  }

  /** The endpoint that answered last; the first one before any answer. */
  get endpoint(): Endpoint | undefined {
    return this.#options.endpoints[this.#current];
  }

  /**
   * @throws Problem when no endpoint answers, or one fails in a way that another would not mend; the signal's reason
   * when it is aborted
   */
  async send(request: WireRequest, options: SendOptions): Promise<Sent> {
    const { endpoints, clock } = this.#options;
    const first = this.#current;
    const end = clock.now() + options.leftMs;
    const before: Problem[] = [];
    const tried: string[] = [];
    for (let step = 0; ; step += 1) {
      const index = (first + step) % endpoints.length;
      const endpoint = endpoints[index];
      if (endpoint === undefined) throw new Error("there is no endpoint");
      const last = step === endpoints.length - 1;
      const timeoutMs = Math.min(this.#options.timeoutMs, Math.max(1, end - clock.now()));
      tried.push(endpoint.url);
      try {
        const response = await this.#exchange(endpoint, request, { ...options, last, timeoutMs });
        const passedOn = isFromGateway(response);
        if (!passedOn) this.#current = index;
        if (!passedOn || last || !options.repeatable) return { response, tried, before };
        response.release();
        before.push(gatewayProblem(endpoint, response));
      } catch (error) {
        options.signal.throwIfAborted();
        if (!(error instanceof Problem)) throw error;
        if (last || error.unanswered !== true || !(options.repeatable || error.unsent === true)) {
          throw together(before, error).with({ tried: { endpoints: tried } });
        }
        before.push(error);
      }
    }
  }

  /** Aborts all requests; resolves when all sockets are closed. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#idle.clear();
    await Promise.all([
      ...[...this.#connections].map((connection) => connection.destroy()),
      this.#sockets.close(),
    ]);
  }

  async #exchange(
    endpoint: Endpoint,
    request: WireRequest,
    { signal, last, timeoutMs }: SendOptions & { last: boolean; timeoutMs: number },
  ): Promise<WireResponse> {
    const deadline = startDeadline(this.#options.clock, timeoutMs, "request", signal);
    const connection = await this.#connection(endpoint);
    try {
      const connectMs = last ? timeoutMs : Math.min(timeoutMs, FAILOVER_CONNECT_MS);
      return await connection.exchange(request, { connectMs, timeoutMs }, deadline.signal);
    } finally {
      deadline.end();
      this.#release(endpoint, connection);
    }
  }

  async #connection(endpoint: Endpoint): Promise<Connection> {
    const idle = this.#idle.get(endpoint)?.pop();
    if (idle?.usable === true) return idle;
    const { clock, dialer } = this.#options;
    const connection = await Connection.open(endpoint, {
      sockets: this.#sockets,
      proxyUrl: dialer.proxyUrl(endpoint),
      clock,
      room: this.#room,
    });
    this.#connections.add(connection);
    if (this.#closed) await connection.destroy();
    return connection;
  }

  /** The last one used is used next: it is most probably still open. */
  #release(endpoint: Endpoint, connection: Connection): void {
    if (!connection.usable) {
      // It is being closed; `close` waits for it too.
      void connection.destroy().finally(() => this.#connections.delete(connection));
      return;
    }
    const idle = this.#idle.get(endpoint) ?? [];
    idle.push(connection);
    this.#idle.set(endpoint, idle);
  }
}

/** One problem that tells what each endpoint did. Its kind is that of the last one. */
export function together(before: readonly Problem[], last: Problem): Problem {
  if (before.length === 0) return last;
  const all = [...before, last];
  return last.with({
    // A proxy that several endpoints share says the same for each.
    text: [...new Set(all.map((problem) => problem.text))].join(" "),
    // A time-out has taken enough time, and problems of other endpoints are no reason to wait again.
    transient: last.code !== "timeout" && all.some((problem) => problem.transient === true),
    unsent: all.every((problem) => problem.unsent === true),
  });
}

/** 502 to 504 come from a proxy before Proxmox, or from a Proxmox that is stopping. */
function isFromGateway({ status }: WireResponse): boolean {
  return status >= 502 && status <= 504;
}

function gatewayProblem(endpoint: Endpoint, { status }: WireResponse): Problem {
  return new Problem({
    code: "server",
    text: `${endpoint.url} answers ${status}.`,
    status,
    transient: true,
    unanswered: true,
  });
}

/**
 * Sends requests to the members of a cluster: to the one that answered last, and to the next where one gives no answer at all.
 */
import { type Clock, startDeadline } from "./clock.ts";
import { Connection, ExchangeError, type WireRequest, type WireResponse } from "./connection.ts";
import type { Dialer } from "./dial.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Problem } from "./errors.ts";
import { problemOf } from "./failure.ts";
import { SpareSockets } from "./spare-sockets.ts";

/** While there are other endpoints to try, a silent one is waited for no longer than this. */
export const FAILOVER_CONNECT_MS = 10_000;

export interface TransportOptions {
  /** At least one. */
  readonly endpoints: readonly Endpoint[];
  readonly dialer: Dialer;
  readonly clock: Clock;
  /** For one request to one endpoint, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
}

export interface SendOptions {
  /** Whether another endpoint may be asked although this one may have got the request. */
  readonly repeatable: boolean;
  readonly signal: AbortSignal;
  /** Asked when the request is on its way: for how many further ones sockets should be connected meanwhile. */
  readonly following: () => number;
}

/** No endpoint answered, or one failed in a way that another one would not mend. */
export class SendError extends Error {
  override readonly name = "SendError";
  readonly problem: Problem;
  /** The endpoints that were tried, in order. */
  readonly tried: readonly string[];

  constructor(problem: Problem, { tried, cause }: { tried: readonly string[]; cause: unknown }) {
    super(problem.text, { cause });
    this.problem = problem;
    this.tried = tried;
  }
}

/** Keeps the connections to the members of a cluster, and knows which of them answered last. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #sockets: SpareSockets;
  readonly #connections = new Set<Connection>();
  readonly #idle = new Map<Endpoint, Connection[]>();
  /** Index of the endpoint that answered last. */
  #current = 0;
  #closed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#sockets = new SpareSockets(options.dialer, options.clock);
  }

  /** @throws SendError; the signal's reason when it is aborted */
  async send(
    request: WireRequest,
    options: SendOptions,
  ): Promise<{ response: WireResponse; endpoint: Endpoint }> {
    const { endpoints } = this.#options;
    const first = this.#current;
    const problems: Problem[] = [];
    const tried: string[] = [];
    for (let step = 0; ; step += 1) {
      const index = (first + step) % endpoints.length;
      const endpoint = endpoints[index];
      if (endpoint === undefined) throw new Error("there is no endpoint");
      const last = step === endpoints.length - 1;
      tried.push(endpoint.url);
      try {
        const response = await this.#exchange(endpoint, request, last, options);
        this.#current = index;
        return { response, endpoint };
      } catch (error) {
        options.signal.throwIfAborted();
        const unsent = error instanceof ExchangeError && error.stage === "connecting";
        const problem = { ...problemOf(error, endpoint, this.#options.timeoutMs), unsent };
        problems.push(problem);
        if (last || problem.unanswered !== true || !(options.repeatable || unsent)) {
          throw new SendError(together(problems), { tried, cause: error });
        }
      }
    }
  }

  /** Gives up what is under way; resolves when all sockets are closed. */
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
    last: boolean,
    { signal, following }: SendOptions,
  ): Promise<WireResponse> {
    const { clock, timeoutMs } = this.#options;
    const deadline = startDeadline(clock, timeoutMs, "request", signal);
    const connection = await this.#connection(endpoint);
    try {
      const connectMs = last ? timeoutMs : Math.min(timeoutMs, FAILOVER_CONNECT_MS);
      return await connection.exchange(request, connectMs, deadline.signal, () => {
        if (this.#sockets.count(endpoint) < following()) this.#sockets.prepare(endpoint, timeoutMs);
      });
    } finally {
      deadline.end();
      this.#release(endpoint, connection);
    }
  }

  async #connection(endpoint: Endpoint): Promise<Connection> {
    const idle = this.#idle.get(endpoint)?.pop();
    if (idle?.usable === true) return idle;
    const { clock } = this.#options;
    const connection = await Connection.open(endpoint, { dialer: this.#sockets, clock });
    this.#connections.add(connection);
    if (this.#closed) await connection.destroy();
    return connection;
  }

  /** The one used last is used next: its connection is the likeliest to be still open. */
  #release(endpoint: Endpoint, connection: Connection): void {
    if (!connection.usable) {
      // It is on its way out; `close` waits for those too.
      void connection.destroy().finally(() => this.#connections.delete(connection));
      return;
    }
    const idle = this.#idle.get(endpoint) ?? [];
    idle.push(connection);
    this.#idle.set(endpoint, idle);
  }
}

/** One problem that tells what each endpoint did; the last one decides what it is. */
function together(problems: readonly Problem[]): Problem {
  const last = problems.at(-1);
  if (last === undefined) throw new Error("there is no problem");
  if (problems.length === 1) return last;
  return {
    ...last,
    text: problems.map((problem) => problem.text).join(" "),
    transient: problems.some((problem) => problem.transient === true),
  };
}

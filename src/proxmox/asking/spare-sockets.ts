/**
 * Sockets that are connected before they are needed. Proxmox closes the connection after every list of devices, so each
 * node needs a new one. If it is made while other nodes are busy with their lists, it costs no time.
 */
import type { TLSSocket } from "node:tls";
import { type Clock, startDeadline } from "../clock.ts";
import type { Endpoint } from "../settings/endpoint.ts";
import { type Dialer, dropped } from "../tls/dial.ts";

/**
 * Proxmox closes a connection that is idle for 5 seconds. It is dropped before that, so that no request uses a closed
 * one.
 */
export const IDLE_MS = 3_000;

interface Spare {
  /** null when connecting has failed: who needs a socket then connects again, and gets the error. */
  readonly socket: Promise<TLSSocket | null>;
  /** When connecting began. */
  readonly since: number;
}

/** Connects like the dialer behind it, but uses spare sockets first. */
export class SpareSockets {
  readonly #dialer: Pick<Dialer, "dial">;
  readonly #clock: Clock;
  readonly #wanted: () => number;
  readonly #spares = new Map<string, Spare[]>();
  readonly #end = new AbortController();

  /** @param wanted how many requests wait for their turn; each may use a socket */
  constructor(dialer: Pick<Dialer, "dial">, clock: Clock, wanted: () => number) {
    this.#dialer = dialer;
    this.#clock = clock;
    this.#wanted = wanted;
  }

  /** How many are connected or connecting. */
  count(endpoint: Endpoint): number {
    return this.#spares.get(endpoint.url)?.length ?? 0;
  }

  /** Starts one more connection, if there are fewer than the waiting requests may use. */
  prepare(endpoint: Endpoint, timeoutMs: number): void {
    if (this.count(endpoint) < this.#wanted()) this.#prepare(endpoint, timeoutMs);
  }

  #prepare(endpoint: Endpoint, timeoutMs: number): void {
    const deadline = startDeadline(this.#clock, timeoutMs, "connect", this.#end.signal);
    const socket = this.#dialer
      .dial(endpoint, deadline.signal)
      // Errors while nobody uses it are found when it is taken.
      .then((made) => made.on("error", ignore), ignore)
      .finally(() => deadline.end());
    const spares = this.#spares.get(endpoint.url) ?? [];
    spares.push({ socket, since: this.#clock.now() });
    this.#spares.set(endpoint.url, spares);
  }

  /** A spare socket, or a new one. @throws like `Dialer` */
  async dial(endpoint: Endpoint, signal: AbortSignal): Promise<TLSSocket> {
    const spares = this.#spares.get(endpoint.url) ?? [];
    for (let spare = spares.shift(); spare !== undefined; spare = spares.shift()) {
      const socket = await unlessAborted(spare.socket, signal, () => spares.unshift(spare));
      if (socket === null) continue;
      // Bytes before any request are no answer: proxies send a 408 to a client that is silent.
      const isFresh =
        socket.readable && socket.readableLength === 0 && this.#clock.now() - spare.since < IDLE_MS;
      if (isFresh) return socket.off("error", ignore);
      socket.destroy();
    }
    return this.#dialer.dial(endpoint, signal);
  }

  /** Closes the spare sockets; resolves when they are closed. */
  async close(): Promise<void> {
    this.#end.abort(new Error("the client was closed"));
    const all = [...this.#spares.values()].flatMap((spares) => spares.splice(0));
    const sockets = await Promise.all(all.map(({ socket }) => socket));
    await Promise.all(sockets.filter((socket) => socket !== null).map(dropped));
  }
}

/** Waits for a socket. If the signal is aborted first, `leave` is called and the signal's reason is thrown. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal, leave: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      leave();
      reject(signal.reason);
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    void promise.then((value) => {
      signal.removeEventListener("abort", onAbort);
      if (!signal.aborted) resolve(value);
    });
  });
}

function ignore(): null {
  return null;
}

/**
 * Sockets that are connected before they are needed. Proxmox closes the connection behind every list of devices, so each
 * node takes one of its own; made while other nodes are busy with their lists, it costs no time.
 */
import type { TLSSocket } from "node:tls";
import { type Clock, startDeadline } from "../clock.ts";
import type { Endpoint } from "../settings/endpoint.ts";
import { type Dialer, dropped } from "../tls/dial.ts";

/** Proxmox closes a connection that is idle for 5 seconds; it is given up before, so that no request runs into that. */
export const IDLE_MS = 3_000;

interface Spare {
  /** null when connecting has failed: whoever needs a socket then tries for himself, and learns why. */
  readonly socket: Promise<TLSSocket | null>;
  /** When it was begun. */
  readonly since: number;
}

/** Connects like the dialer behind it, and takes what lies ready first. */
export class SpareSockets {
  readonly #dialer: Pick<Dialer, "dial">;
  readonly #clock: Clock;
  readonly #wanted: () => number;
  readonly #spares = new Map<string, Spare[]>();
  readonly #end = new AbortController();

  /** @param wanted how many requests wait for their turn, each of which may take a socket */
  constructor(dialer: Pick<Dialer, "dial">, clock: Clock, wanted: () => number) {
    this.#dialer = dialer;
    this.#clock = clock;
    this.#wanted = wanted;
  }

  /** How many are connected, or about to be. */
  count(endpoint: Endpoint): number {
    return this.#spares.get(endpoint.url)?.length ?? 0;
  }

  /** Begins to connect one more, where there are fewer than may be wanted. */
  prepare(endpoint: Endpoint, timeoutMs: number): void {
    if (this.count(endpoint) < this.#wanted()) this.#prepare(endpoint, timeoutMs);
  }

  #prepare(endpoint: Endpoint, timeoutMs: number): void {
    const deadline = startDeadline(this.#clock, timeoutMs, "connect", this.#end.signal);
    const socket = this.#dialer
      .dial(endpoint, deadline.signal)
      // What happens to it while nobody uses it is seen when it is taken.
      .then((made) => made.on("error", ignore), ignore)
      .finally(() => deadline.end());
    const spares = this.#spares.get(endpoint.url) ?? [];
    spares.push({ socket, since: this.#clock.now() });
    this.#spares.set(endpoint.url, spares);
  }

  /** A spare socket, or a new one. @throws as `Dialer` does */
  async dial(endpoint: Endpoint, signal: AbortSignal): Promise<TLSSocket> {
    const spares = this.#spares.get(endpoint.url) ?? [];
    for (let spare = spares.shift(); spare !== undefined; spare = spares.shift()) {
      const socket = await unlessAborted(spare.socket, signal, () => spares.unshift(spare));
      if (socket === null) continue;
      // What came unasked is the answer to nothing: proxies tell a client that is silent that it is (408).
      const isFresh =
        socket.readable && socket.readableLength === 0 && this.#clock.now() - spare.since < IDLE_MS;
      if (isFresh) return socket.off("error", ignore);
      socket.destroy();
    }
    return this.#dialer.dial(endpoint, signal);
  }

  /** Gives up what is left; resolves when those sockets are closed. */
  async close(): Promise<void> {
    this.#end.abort(new Error("the client was closed"));
    const all = [...this.#spares.values()].flatMap((spares) => spares.splice(0));
    const sockets = await Promise.all(all.map(({ socket }) => socket));
    await Promise.all(sockets.filter((socket) => socket !== null).map(dropped));
  }
}

/** Waits for a socket; when the signal is aborted before it comes, `leave` is called and the signal's reason thrown. */
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

/**
 * Notices that the host is gone, so that no provider outlives it.
 *
 * A host that dies leaves one sign: the Broker and Stdio streams that it holds open are cut off. One that dies
 * before it has opened them leaves none; then time decides.
 */

/** How long to wait, in milliseconds. */
export interface HostWatchLimits {
  /** For the first call after the handshake, and for another connection after the last one has closed. */
  readonly withoutClient: number;
  /** After the last of the host's streams has ended: a host that ends them itself may still call Shutdown. */
  readonly withoutStreams: number;
}

export const DEFAULT_HOST_WATCH_LIMITS: HostWatchLimits = { withoutClient: 60_000, withoutStreams: 1_000 };

/** Is told what the host does. Start it when the handshake line is written. */
export class HostWatch {
  readonly #limits: HostWatchLimits;
  readonly #onGone: (reason: string) => void;
  #connections = 0;
  #streams = 0;
  #clientTimer: NodeJS.Timeout | undefined;
  #streamTimer: NodeJS.Timeout | undefined;

  /** `onGone` is called once, with the reason for the log. */
  constructor(onGone: (reason: string) => void, limits: HostWatchLimits = DEFAULT_HOST_WATCH_LIMITS) {
    this.#onGone = onGone;
    this.#limits = limits;
  }

  start(): void {
    this.#waitForClient();
  }

  /** A connection alone is no sign of life: it may be silent. */
  connectionOpened(): void {
    this.#connections += 1;
  }

  connectionClosed(): void {
    this.#connections -= 1;
    if (this.#connections === 0 && this.#clientTimer === undefined) this.#waitForClient();
  }

  callStarted(): void {
    clearTimeout(this.#clientTimer);
    this.#clientTimer = undefined;
  }

  streamOpened(): void {
    this.#streams += 1;
    clearTimeout(this.#streamTimer);
  }

  streamClosed(): void {
    this.#streams -= 1;
    if (this.#streams > 0) return;
    this.#streamTimer = setTimeout(
      () => this.#gone("the host has cut off its streams"),
      this.#limits.withoutStreams,
    );
  }

  /** Ends the watch. */
  stop(): void {
    clearTimeout(this.#clientTimer);
    clearTimeout(this.#streamTimer);
  }

  #waitForClient(): void {
    this.#clientTimer = setTimeout(() => this.#gone("no host has called"), this.#limits.withoutClient);
  }

  #gone(reason: string): void {
    this.stop();
    this.#onGone(reason);
  }
}

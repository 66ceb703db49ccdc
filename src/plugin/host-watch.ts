/**
 * Notices that the host is gone, so that no provider outlives it.
 *
 * A host that dies leaves two signs: this process loses its parent, and the open Broker and Stdio streams are cut off.
 * Each is enough. The parent says nothing where the host did not launch this process itself; under Wine, the socket of a
 * killed host may stay open. Where there is neither sign, a time limit decides.
 */

export interface HostWatchLimits {
  /** Milliseconds for the first call after the handshake, and for another connection after the last one has closed. */
  readonly withoutClient: number;
  /**
   * Milliseconds after the end of the host's last stream: a host that ends its streams itself may still call Shutdown.
   */
  readonly withoutStreams: number;
}

/** Milliseconds between two checks of the parent. */
const LOOK_MS = 100;

const DEFAULT_LIMITS: HostWatchLimits = { withoutClient: 60_000, withoutStreams: 1_000 };

/** Gets told what the host does. Start it when the handshake line is written. */
export class HostWatch {
  readonly #limits: HostWatchLimits;
  readonly #onGone: (reason: string) => void;
  readonly #isParentGone: () => boolean;
  #connections = 0;
  #streams = 0;
  #clientTimer: NodeJS.Timeout | undefined;
  #streamTimer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;

  /**
   * @param onGone is called once, with the reason for the log
   * @param isParentGone whether the process that launched this one has ended; false where this cannot be known
   */
  constructor(
    onGone: (reason: string) => void,
    isParentGone: () => boolean,
    limits: HostWatchLimits = DEFAULT_LIMITS,
  ) {
    this.#onGone = onGone;
    this.#isParentGone = isParentGone;
    this.#limits = limits;
  }

  start(): void {
    this.#waitForClient();
    this.#looking = setInterval(() => {
      if (this.#isParentGone()) this.#gone("the host has ended");
    }, LOOK_MS);
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

  stop(): void {
    clearTimeout(this.#clientTimer);
    clearTimeout(this.#streamTimer);
    clearInterval(this.#looking);
  }

  #waitForClient(): void {
    this.#clientTimer = setTimeout(() => this.#gone("no host has called"), this.#limits.withoutClient);
  }

  #gone(reason: string): void {
    this.stop();
    this.#onGone(reason);
  }
}

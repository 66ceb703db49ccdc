/**
 * Limits how many requests are under way at a time: at most one for each node. A Proxmox host has three workers for its API,
 * and reads a file of 1.3 MB again for every list of devices.
 */

/** The most requests at a time to the whole cluster. */
export const MAX_CONCURRENT_REQUESTS = 10;

interface Waiting {
  readonly node: string | null;
  readonly start: () => void;
}

/** Starts requests in the order in which they were made, if their nodes are free. */
export class RequestQueue {
  readonly #waiting: Waiting[] = [];
  readonly #busy = new Set<string>();
  #running = 0;

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Runs a task when its turn has come.
   * @param node the node that has to do the work; null when any node can
   * @throws the signal's reason when it is aborted while waiting; otherwise what the task throws
   */
  async run<T>(node: string | null, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    await this.#turn(node, signal);
    try {
      return await task();
    } finally {
      this.#running -= 1;
      if (node !== null) this.#busy.delete(node);
      this.#startNext();
    }
  }

  #turn(node: string | null, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const waiting: Waiting = {
        node,
        start: () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiting);
      this.#startNext();
    });
  }

  /** Starts tasks in the order of asking. Those that wait for a busy node do not hold up the others. */
  #startNext(): void {
    for (let index = 0; index < this.#waiting.length && this.#running < MAX_CONCURRENT_REQUESTS; ) {
      const next = this.#waiting[index];
      if (next === undefined || (next.node !== null && this.#busy.has(next.node))) {
        index += 1;
        continue;
      }
      this.#waiting.splice(index, 1);
      this.#running += 1;
      if (next.node !== null) this.#busy.add(next.node);
      next.start();
    }
  }
}

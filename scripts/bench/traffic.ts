/** The requests to a server, and how many of them at the same time. */

/** Counts of a period of time. */
export interface Traffic {
  /** The number of requests by path, without the query and with `{node}` for the node. */
  readonly requests: Readonly<Record<string, number>>;
  readonly handshakes: number;
  /** Handshakes that resumed an earlier session. */
  readonly resumed: number;
  /** Bytes of answers including heads, before encryption. */
  readonly bytes: number;
  /** How many answers were compressed. */
  readonly compressed: number;
  /** The largest number of requests at the same time, to one node and in total. */
  readonly peakPerNode: number;
  readonly peak: number;
}

export class TrafficCounter {
  #requests: Record<string, number> = {};
  #handshakes = 0;
  #resumed = 0;
  #bytes = 0;
  #compressed = 0;
  #peakPerNode = 0;
  #peak = 0;
  readonly #underWay = new Map<string | null, number>();

  handshake(resumed: boolean): void {
    this.#handshakes += 1;
    if (resumed) this.#resumed += 1;
  }

  /** @returns has to be called when the answer has been written */
  begin(path: string, node: string | null): (bytes: number, compressed: boolean) => void {
    const pattern = node === null ? path : path.replace(`/nodes/${node}`, "/nodes/{node}");
    this.#requests[pattern] = (this.#requests[pattern] ?? 0) + 1;
    const same = (this.#underWay.get(node) ?? 0) + 1;
    this.#underWay.set(node, same);
    if (node !== null) this.#peakPerNode = Math.max(this.#peakPerNode, same);
    const all = [...this.#underWay.values()].reduce((sum, count) => sum + count, 0);
    this.#peak = Math.max(this.#peak, all);
    return (bytes, compressed) => {
      this.#underWay.set(node, (this.#underWay.get(node) ?? 1) - 1);
      this.#bytes += bytes;
      if (compressed) this.#compressed += 1;
    };
  }

  /** The counts since the last call. */
  take(): Traffic {
    const traffic = {
      requests: this.#requests,
      handshakes: this.#handshakes,
      resumed: this.#resumed,
      bytes: this.#bytes,
      compressed: this.#compressed,
      peakPerNode: this.#peakPerNode,
      peak: this.#peak,
    };
    this.#requests = {};
    this.#handshakes = this.#resumed = this.#bytes = this.#compressed = 0;
    this.#peak = this.#peakPerNode = 0;
    return traffic;
  }
}

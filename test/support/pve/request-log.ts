/** A request as the stand-in saw it. */
export interface LoggedRequest {
  readonly method: string;
  /** Path below `/api2/json`, decoded, without the query. */
  readonly path: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Header names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string | readonly string[]>;
  /** The member that the path or `check-node` names, or null. */
  readonly node: string | null;
  /** Which connection it came on, counted from 1. */
  readonly connection: number;
  /** The user or token it was made with; null when nobody was signed in. */
  caller: string | null;
  /** Status of the answer; null while there is none. */
  status: number | null;
}

/** What has been asked so far, and how much at the same time. */
export class RequestLog {
  readonly requests: LoggedRequest[] = [];
  /** Node → most requests that were under way for it at the same time. */
  readonly peakPerNode = new Map<string, number>();
  /** Most requests that were under way at the same time. */
  peak = 0;
  readonly #underWay = new Set<LoggedRequest>();
  readonly #waiting = new Set<() => void>();

  begin(request: LoggedRequest): void {
    this.requests.push(request);
    this.#underWay.add(request);
    this.peak = Math.max(this.peak, this.#underWay.size);
    if (request.node !== null) {
      const same = [...this.#underWay].filter(({ node }) => node === request.node).length;
      this.peakPerNode.set(request.node, Math.max(this.peakPerNode.get(request.node) ?? 0, same));
    }
    this.#wake();
  }

  end(request: LoggedRequest): void {
    this.#underWay.delete(request);
    this.#wake();
  }

  /** How many requests are under way. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** The paths asked so far, in order, as `GET /nodes`. */
  get lines(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** Waits until a request that passes the test has come in, now or earlier, and returns it. */
  async waitFor(test: (request: LoggedRequest) => boolean): Promise<LoggedRequest> {
    for (;;) {
      const found = this.requests.find(test);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Forgets what has been asked. */
  clear(): void {
    this.requests.length = 0;
    this.peakPerNode.clear();
    this.peak = 0;
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

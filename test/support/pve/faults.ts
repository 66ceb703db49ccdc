/** What may go wrong with an answer. */
export type Fault =
  /** The answer comes late. */
  | { readonly kind: "delay"; readonly ms: number }
  /** The answer comes when this has settled. */
  | { readonly kind: "hold"; readonly until: Promise<unknown> }
  /** Nothing is ever sent; the connection stays open. */
  | { readonly kind: "hang" }
  /** Headers and half of the body are sent, then nothing; the connection stays open. */
  | { readonly kind: "hang-mid-body" }
  /** The connection is cut before anything is sent. */
  | { readonly kind: "drop" }
  /** The connection is cut after half of the body. */
  | { readonly kind: "drop-mid-body" }
  /** Content-Length promises so many bytes more than come before the connection ends (negative: fewer). */
  | { readonly kind: "wrong-length"; readonly by: number }
  /** A body that claims to be gzip and breaks off in the middle. */
  | { readonly kind: "broken-gzip" }
  /** A JSON body that breaks off in the middle, with the right Content-Length. */
  | { readonly kind: "broken-json" }
  /** A JSON body of at least so many bytes. */
  | { readonly kind: "huge-body"; readonly bytes: number }
  /** Another body with status 200, for example JSON of the wrong shape. */
  | { readonly kind: "body"; readonly body: string; readonly type?: string }
  /** Another status, for example 429 or 503 with Retry-After, or 595, 596, 401, which have an empty body. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly reason: string;
      readonly headers?: readonly (readonly [string, string])[];
      readonly body?: string;
    }
  /** 500 with the caller's own secret in status line and body. */
  | { readonly kind: "echo-secret" };

/** Which requests a fault meets. Whatever is left out matches all. */
export interface FaultMatch {
  readonly method?: string;
  /** Path below `/api2/json`, whole or as a pattern. */
  readonly path?: string | RegExp;
  /** The member that the path or `check-node` names. */
  readonly node?: string;
  /** How many matching requests pass unharmed first. */
  readonly after?: number;
  /** How many requests are then met; default all. */
  readonly times?: number;
}

/** A fault that has been set. */
export interface FaultHandle {
  /** How many requests it has met so far. */
  readonly hits: number;
  remove(): void;
}

interface FaultEntry {
  readonly fault: Fault;
  readonly match: FaultMatch;
  seen: number;
  hits: number;
}

/** The faults of one stand-in, in the order set; the first that matches a request counts. */
export class Faults {
  readonly #entries: FaultEntry[] = [];

  add(fault: Fault, match: FaultMatch = {}): FaultHandle {
    const entry: FaultEntry = { fault, match, seen: 0, hits: 0 };
    this.#entries.push(entry);
    return {
      get hits() {
        return entry.hits;
      },
      remove: () => {
        const index = this.#entries.indexOf(entry);
        if (index >= 0) this.#entries.splice(index, 1);
      },
    };
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** The fault for a request, counted as met; null when it is to be answered as it should. */
  take(request: {
    readonly method: string;
    readonly path: string;
    readonly node: string | null;
  }): Fault | null {
    for (const entry of this.#entries) {
      const { match } = entry;
      if (match.method !== undefined && match.method !== request.method) continue;
      if (match.node !== undefined && match.node !== request.node) continue;
      if (typeof match.path === "string" && match.path !== request.path) continue;
      if (match.path instanceof RegExp && !match.path.test(request.path)) continue;
      entry.seen++;
      if (entry.seen <= (match.after ?? 0)) continue;
      if (entry.hits >= (match.times ?? Number.POSITIVE_INFINITY)) continue;
      entry.hits++;
      return entry.fault;
    }
    return null;
  }
}

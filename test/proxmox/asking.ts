/** A client for tests: patient, fast in its pauses, and with everything that it logged. */
import { createServer } from "node:net";
import type { LogFields, LogLevel } from "../../src/logger.ts";
import { ProxmoxClient, type ProxmoxClientOptions } from "../../src/proxmox/client.ts";
import type { Clock } from "../../src/proxmox/clock.ts";
import { ProxmoxError } from "../../src/proxmox/errors.ts";
import { Secrets } from "../../src/proxmox/secrets.ts";
import { tokenCredentials } from "../../src/proxmox/settings/credentials.ts";
import { parseEndpoint } from "../../src/proxmox/settings/endpoint.ts";
import type { PveStandIn } from "../support/pve/stand-in.ts";
import { assertNoSecret } from "../support/secrets/known.ts";

/** Long enough that no test runs into it. */
const TIMEOUT_SECONDS = 300;

/** Waits of these lengths are deadlines: they pass only when a test says so. All others are pauses and pass at once. */
const DEADLINES_MS = [5_000, TIMEOUT_SECONDS * 1000];

/** Time that a test holds in its hands. */
class TestClock implements Clock {
  /** The pauses so far, in milliseconds. */
  readonly pauses: number[] = [];
  /** Called at every pause, before it passes. */
  onPause: () => void = () => {};
  /** Pauses do not pass either. */
  stopped = false;
  readonly #deadlines = new Set<{ readonly milliseconds: number; readonly fire: () => void }>();
  readonly #now: number;

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  schedule(milliseconds: number, fire: () => void): () => void {
    if (DEADLINES_MS.includes(milliseconds)) {
      const deadline = { milliseconds, fire };
      this.#deadlines.add(deadline);
      return () => this.#deadlines.delete(deadline);
    }
    this.pauses.push(milliseconds);
    const timer = this.stopped ? null : setImmediate(fire);
    this.onPause();
    return () => {
      if (timer !== null) clearImmediate(timer);
    };
  }

  /** How many deadlines are running. */
  get running(): number {
    return this.#deadlines.size;
  }

  /** Lets the deadlines of a length pass. */
  expire(milliseconds: number): void {
    for (const deadline of [...this.#deadlines].filter((one) => one.milliseconds === milliseconds)) {
      deadline.fire();
    }
  }
}

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

export interface Asking {
  readonly client: ProxmoxClient;
  readonly clock: TestClock;
  readonly secrets: Secrets;
  readonly log: readonly LogLine[];
}

export type AskingOptions = Partial<Omit<ProxmoxClientOptions, "endpoints" | "clock" | "log" | "secrets">> & {
  readonly endpoints?: readonly string[];
};

/** A client for a stand-in: its discovery token, its authority, no environment. */
export function ask(pve: PveStandIn, options: AskingOptions = {}): Asking {
  const clock = new TestClock();
  const secrets = new Secrets();
  const log: LogLine[] = [];
  const { endpoints = [pve.endpoint], ...others } = options;
  const client = new ProxmoxClient({
    endpoints: endpoints.map(parseEndpoint),
    credentials: tokenCredentials(pve.tokens.discovery),
    tls: { minVersion: "1.3", insecure: false, fingerprints: [], authorities: [pve.caPem] },
    timeoutSeconds: TIMEOUT_SECONDS,
    maxRetries: 3,
    userAgent: "test",
    environment: {},
    random: () => 0.5,
    ...others,
    clock,
    secrets,
    log: (level, message, fields = {}) => log.push({ level, message, fields }),
  });
  return { client, clock, secrets, log };
}

/** The error of a question that must fail. */
export async function failure(question: Promise<unknown>): Promise<ProxmoxError> {
  return question.then(
    () => {
      throw new Error("this should have failed");
    },
    (error: unknown) => {
      if (!(error instanceof ProxmoxError)) throw error;
      const { message, problem, advice, reason, tried } = error;
      assertNoSecret([message, problem, advice, reason, tried].join("\n"), "an error");
      return error;
    },
  );
}

/** An address on which nobody listens. */
export async function deadEndpoint(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  return `https://127.0.0.1:${port}`;
}

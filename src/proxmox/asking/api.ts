/** Questions to the API: signed in, in turn, repeated where that may help. */

import { type Clock, sleep } from "../clock.ts";
import { Problem } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SecretRegistry } from "../secrets.ts";
import type { Credentials } from "../settings/credentials.ts";
import type { Endpoint } from "../settings/endpoint.ts";
import type { Dialer } from "../tls/dial.ts";
import { Authenticator, type SignInAnswer } from "./authenticator.ts";
import { AnswerReader } from "./body.ts";
import type { WireRequest } from "./connection.ts";
import { refusalProblem } from "./refusal.ts";
import { RequestQueue } from "./request-queue.ts";
import { type Sent, Transport, together } from "./transport.ts";
import { delayBefore, Tries } from "./tries.ts";

/** The prefix of all paths of the API. */
export const API_PATH = "/api2/json";

export interface ApiOptions {
  /** At least one; members of one cluster. */
  readonly endpoints: readonly Endpoint[];
  readonly dialer: Dialer;
  readonly credentials: Credentials;
  readonly secrets: SecretRegistry;
  readonly clock: Clock;
  /** A number from 0 to 1, 1 excluded. */
  readonly random: () => number;
  readonly log: Log;
  readonly maxRetries: number;
  /** For one attempt at one endpoint. */
  readonly timeoutMs: number;
  readonly userAgent: string;
}

export interface Question {
  /** Starts with `/api2/json`; with the query, percent-encoded. */
  readonly path: string;
  /** The node that has to do the work; null when any node can. */
  readonly node: string | null;
  /** Whether Proxmox closes the connection after the answer, even if its headers say otherwise. */
  readonly closes: boolean;
  /** Whether the answer is kept as long as the client. */
  readonly keep: boolean;
}

export interface Answer {
  /** The value of `data`. */
  readonly data: unknown;
  /** The endpoints that were tried, in order. The last one answered. */
  readonly endpoints: readonly string[];
}

interface Attempt {
  readonly request: WireRequest;
  readonly node: string | null;
  readonly keep: boolean;
  /** Whether another endpoint may be asked even if one may have received the request. */
  readonly repeatable: boolean;
  readonly signal: AbortSignal;
}

/** Asks one cluster as one user. */
export class Api {
  readonly #options: ApiOptions;
  readonly #queue = new RequestQueue();
  readonly #transport: Transport;
  readonly #reader = new AnswerReader();
  readonly #authenticator: Authenticator;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#transport = new Transport({ ...options, queue: this.#queue });
    this.#authenticator = new Authenticator(options.credentials, options.secrets, (form, signal) =>
      this.#signIn(form, signal),
    );
  }

  /** The endpoint that answered last; the first one before any answer. */
  get endpoint(): Endpoint | undefined {
    return this.#transport.endpoint;
  }

  /** The answer to a GET. @throws Problem; the signal's reason */
  async get({ path, node, closes, keep }: Question, signal: AbortSignal): Promise<Answer> {
    const tries = this.#tries();
    let renewed = false;
    for (;;) {
      const grant = await this.#authenticator.grant(signal);
      const request: WireRequest = { method: "GET", path, headers: grant.headers, closes };
      try {
        const answer = await this.#exchange({ request, node, keep, repeatable: true, signal }, tries);
        this.#authenticator.accept(grant);
        return answer;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const isUnauthorized = error.code === "unauthorized";
        if (isUnauthorized && !renewed) {
          renewed = true;
          if ((await this.#authenticator.renew(grant, signal)) !== null) continue;
        }
        if (error.status !== undefined && !isUnauthorized) this.#authenticator.accept(grant);
        if (await this.#pause(error, error.transient === true, request, tries, signal)) continue;
        throw tries.final(isUnauthorized ? this.#authenticator.explain(error) : error);
      }
    }
  }

  /** Aborts all requests; resolves when no socket is left. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #tries(): Tries {
    const { endpoints, maxRetries, timeoutMs } = this.#options;
    return new Tries({ timeoutMs, endpoints: endpoints.length, maxRetries });
  }

  /** Waits for the next attempt, if one is useful and there is time. Returns whether to try again. */
  async #pause(
    problem: Problem,
    worth: boolean,
    { method, path }: WireRequest,
    tries: Tries,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { clock, random, log, secrets } = this.#options;
    const milliseconds = delayBefore(tries.attempt, random(), problem.retryAfterMs);
    if (!worth || !tries.allow(milliseconds)) return false;
    log("warn", "Proxmox will be asked again", {
      request: `${method} ${path}`,
      attempt: tries.attempt,
      problem: secrets.scrub(problem.text),
      delay_ms: milliseconds,
    });
    await sleep(clock, milliseconds, signal);
    tries.next(milliseconds);
    return true;
  }

  /** @throws Problem, and notes its endpoints in the tries; the signal's reason */
  async #exchange(attempt: Attempt, tries: Tries): Promise<Answer> {
    try {
      const { response, tried, before } = await this.#send(attempt, tries);
      try {
        if (isWhole(response.status)) {
          return { data: await this.#reader.data(response, attempt.keep), endpoints: tried };
        }
        const { clock, secrets, credentials } = this.#options;
        throw await refusalProblem(response, {
          identity: credentials.identity,
          node: attempt.node,
          now: clock.now(),
          scrub: (text) => secrets.scrub(text),
        });
      } catch (error) {
        throw error instanceof Problem
          ? together(before, error).with({ tried: { endpoints: tried } })
          : error;
      } finally {
        response.release();
      }
    } catch (error) {
      if (error instanceof Problem) tries.endpoints.push(...(error.tried?.endpoints ?? []));
      throw error;
    }
  }

  async #send({ request, node, repeatable, signal }: Attempt, tries: Tries): Promise<Sent> {
    const { clock, log, secrets, userAgent } = this.#options;
    const headers = {
      accept: "application/json",
      "accept-encoding": "gzip",
      "user-agent": userAgent,
      ...request.headers,
    };
    const asked = { method: request.method, path: request.path, attempt: tries.attempt };
    let started = clock.now();
    try {
      // Its place is free for the next request as soon as the answer has come, before it is parsed.
      const sent = await this.#queue
        .run(node, signal, () => {
          started = clock.now();
          const options = { repeatable, signal, leftMs: tries.leftMs };
          return this.#transport.send({ ...request, headers }, options);
        })
        .finally(() => tries.spend(clock.now() - started));
      const { response, tried } = sent;
      log("debug", "Proxmox answered", {
        ...asked,
        endpoint: tried.at(-1) ?? null,
        status: response.status,
        reason: secrets.scrub(response.reason),
        bytes: response.body.length,
        duration_ms: Math.round(clock.now() - started),
      });
      return sent;
    } catch (error) {
      if (error instanceof Problem) {
        log("debug", "Proxmox did not answer", { ...asked, problem: secrets.scrub(error.text) });
      }
      throw error;
    }
  }

  /**
   * Repeated only if nobody can have checked the password yet, because a wrong one counts against the account. Never repeated with
   * a one-time password, which works once.
   */
  async #signIn(form: string, signal: AbortSignal): Promise<SignInAnswer> {
    const { credentials } = this.#options;
    const oneTime = credentials.kind === "password" && credentials.otp !== null;
    const request: WireRequest = {
      method: "POST",
      path: `${API_PATH}/access/ticket`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form,
      closes: false,
    };
    const asked = `POST ${request.path}`;
    const tries = this.#tries();
    for (;;) {
      try {
        const attempt = { request, node: null, keep: false, repeatable: !oneTime, signal };
        const { data, endpoints } = await this.#exchange(attempt, tries);
        return { data, tried: { request: asked, endpoints } };
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const isWorth = !oneTime && isUnchecked(error);
        if (!(await this.#pause(error, isWorth, request, tries, signal))) throw tries.final(error, asked);
      }
    }
  }
}

/**
 * Whether an answer of this status has everything that was asked for. 206 and 226 have only a part, which nobody asked for. An empty one
 * (204) is reported where it is read.
 */
function isWhole(status: number): boolean {
  return status >= 200 && status < 300 && status !== 206 && status !== 226;
}

/** Whether a sign-in failed before anybody could check the password: it was not sent, or a proxy answered. */
function isUnchecked({ status, unsent, transient }: Problem): boolean {
  if (status === undefined) return unsent === true && transient === true;
  return (status >= 502 && status <= 504) || (status >= 595 && status <= 599);
}

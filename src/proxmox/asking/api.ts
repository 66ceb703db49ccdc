/** Questions to the API: signed in, in turn, repeated where that may help. Every failure leaves here as a `ProxmoxError`. */

import { type Clock, sleep } from "../clock.ts";
import { type ErrorContext, type Problem, ProblemError, ProxmoxError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SecretRegistry } from "../secrets.ts";
import type { Credentials } from "../settings/credentials.ts";
import { Authenticator, type SignInAnswer } from "./authenticator.ts";
import { AnswerReader } from "./body.ts";
import type { WireRequest, WireResponse } from "./connection.ts";
import { refusalProblem } from "./refusal.ts";
import { RequestQueue } from "./request-queue.ts";
import { delayBefore } from "./retry.ts";
import { SendError, type SendOptions, type Transport, together } from "./transport.ts";
import { Tries, withWait } from "./tries.ts";

const API_PATH = "/api2/json";

export interface ApiOptions {
  readonly transport: Transport;
  readonly credentials: Credentials;
  readonly secrets: SecretRegistry;
  readonly clock: Clock;
  /** A number from 0 to 1, 1 excluded. */
  readonly random: () => number;
  readonly log: Log;
  readonly maxRetries: number;
  /** Of one attempt at one endpoint. */
  readonly timeoutMs: number;
  readonly userAgent: string;
}

export interface Question {
  /** Below `/api2/json`, with the query, percent-encoded. */
  readonly path: string;
  /** The node that has to do the work; null when it is whichever one answers. */
  readonly node: string | null;
  /** Whether Proxmox closes the connection behind the answer, so that the next question needs another one. */
  readonly closes: boolean;
  /** Whether the answer is kept as long as the client. */
  readonly keep: boolean;
}

/** What came of one attempt. */
type Outcome =
  | { readonly ok: true; readonly data: unknown; readonly tried: readonly string[] }
  | { readonly ok: false; readonly problem: Problem };

/** Asks one cluster as one user. */
export class Api {
  readonly #options: ApiOptions;
  readonly #queue = new RequestQueue();
  readonly #reader = new AnswerReader();
  readonly #authenticator: Authenticator;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#authenticator = new Authenticator(options.credentials, options.secrets, (form, signal) =>
      this.#signIn(form, signal),
    );
  }

  /**
   * What stands under `data` in the answer to a GET.
   * @param decode throws ProblemError when that is not what it should be
   * @throws ProxmoxError
   */
  async get<T>(question: Question, decode: (data: unknown) => T, signal: AbortSignal): Promise<T> {
    const context: ErrorContext = { request: `GET ${API_PATH}${question.path}`, node: question.node };
    try {
      return await this.#ask(question, decode, context, signal);
    } catch (error) {
      throw this.error(error, context, signal);
    }
  }

  /** Anything thrown as the error that callers get. */
  error(error: unknown, context: ErrorContext, signal: AbortSignal): ProxmoxError {
    if (error instanceof ProxmoxError) return error;
    const own = error instanceof ProblemError ? error.context : {};
    return new ProxmoxError(finalProblem(error, signal), { ...context, ...own }, (text) =>
      this.#options.secrets.scrub(text),
    );
  }

  async #ask<T>(
    question: Question,
    decode: (data: unknown) => T,
    context: ErrorContext,
    signal: AbortSignal,
  ): Promise<T> {
    const tries = this.#tries();
    let renewed = false;
    for (;;) {
      const grant = await this.#authenticator.grant(signal);
      const outcome = await this.#attempt(question, grant.headers, tries, signal);
      if (outcome.ok) {
        this.#authenticator.accept(grant);
        try {
          return decode(outcome.data);
        } catch (error) {
          throw this.error(error, { ...context, endpoints: outcome.tried }, signal);
        }
      }
      const { problem } = outcome;
      if (problem.code === "unauthorized" && !renewed) {
        renewed = true;
        if ((await this.#authenticator.renew(grant, signal)) !== null) continue;
      }
      if (problem.status !== undefined && problem.code !== "unauthorized") this.#authenticator.accept(grant);
      const final = await this.#pause(problem, problem.transient === true, tries, context, signal);
      if (final === null) continue;
      const told = final.code === "unauthorized" ? this.#authenticator.explain(final) : final;
      throw this.error(new ProblemError(told), { ...context, ...tries.context }, signal);
    }
  }

  #tries(): Tries {
    const { transport, maxRetries, timeoutMs } = this.#options;
    return new Tries({ timeoutMs, endpoints: transport.size, maxRetries });
  }

  /**
   * Waits for the next attempt where it is worth one and there is time.
   * @returns null when the next attempt is due; else the problem to end with
   */
  async #pause(
    problem: Problem,
    worth: boolean,
    tries: Tries,
    context: ErrorContext,
    signal: AbortSignal,
  ): Promise<Problem | null> {
    const { clock, random, log, secrets } = this.#options;
    const { retryAfterMs } = problem;
    const milliseconds = delayBefore(tries.attempt, random(), retryAfterMs);
    if (!worth || !tries.allow(milliseconds)) {
      return retryAfterMs === undefined ? problem : withWait(problem, retryAfterMs, tries.budgetMs);
    }
    log("warn", "Proxmox will be asked again", {
      request: context.request ?? "",
      attempt: tries.attempt,
      problem: secrets.scrub(problem.text),
      delay_ms: milliseconds,
    });
    await sleep(clock, milliseconds, signal);
    tries.next(milliseconds);
    return null;
  }

  async #attempt(
    question: Question,
    authorization: Readonly<Record<string, string>>,
    tries: Tries,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { path, closes } = question;
    const request = { method: "GET", path: `${API_PATH}${path}`, headers: authorization } as const;
    const following = () => (closes ? this.#queue.waiting : 0);
    return this.#exchange(request, question, tries, { repeatable: true, following, signal });
  }

  async #exchange(
    request: WireRequest,
    { node, keep }: Pick<Question, "node" | "keep">,
    tries: Tries,
    options: Omit<SendOptions, "leftMs">,
  ): Promise<Outcome> {
    const { transport, clock, log, secrets, userAgent, credentials } = this.#options;
    const headers = {
      accept: "application/json",
      "accept-encoding": "gzip",
      "user-agent": userAgent,
      ...request.headers,
    };
    const asked = { method: request.method, path: request.path, attempt: tries.attempt };
    let tried: readonly string[] = [];
    let before: readonly Problem[] = [];
    let received: WireResponse | null = null;
    const failed = (problem: Problem): Outcome => {
      tries.endpoints.push(...tried);
      return { ok: false, problem: together(before, problem) };
    };
    try {
      let started = clock.now();
      // Its place is free for the next request as soon as the answer is here, before that is read.
      const sent = await this.#queue
        .run(node, options.signal, () => {
          started = clock.now();
          return transport.send({ ...request, headers }, { ...options, leftMs: tries.leftMs });
        })
        .finally(() => tries.spend(clock.now() - started));
      const { response } = sent;
      ({ tried, before } = sent);
      received = response;
      log("debug", "Proxmox answered", {
        ...asked,
        endpoint: tried.at(-1) ?? null,
        status: response.status,
        reason: secrets.scrub(response.reason),
        bytes: response.body.length,
        duration_ms: Math.round(clock.now() - started),
      });
      if (response.status >= 200 && response.status < 300)
        return { ok: true, data: await this.#reader.data(response, keep), tried };
      const scrub = (text: string) => secrets.scrub(text);
      const context = { identity: credentials.identity, node, now: clock.now(), scrub };
      return failed(await refusalProblem(response, context));
    } catch (error) {
      if (error instanceof SendError) {
        log("debug", "Proxmox did not answer", { ...asked, problem: secrets.scrub(error.problem.text) });
        tried = error.tried;
        return failed(error.problem);
      }
      if (error instanceof ProblemError) return failed(error.problem);
      throw error;
    } finally {
      received?.release();
    }
  }

  /**
   * Repeated only when nobody can have checked the password yet: a wrong one counts against the account. With a one-time password,
   * which is good once, never.
   */
  async #signIn(form: string, signal: AbortSignal): Promise<SignInAnswer> {
    const { credentials } = this.#options;
    const oneTime = credentials.kind === "password" && credentials.otp !== null;
    const request = `POST ${API_PATH}/access/ticket`;
    const tries = this.#tries();
    for (;;) {
      const outcome = await this.#exchange(
        {
          method: "POST",
          path: `${API_PATH}/access/ticket`,
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: form,
        },
        { node: null, keep: false },
        tries,
        { repeatable: !oneTime, following: () => 0, signal },
      );
      if (outcome.ok) return { data: outcome.data, context: { request, endpoints: outcome.tried } };
      const { problem } = outcome;
      const worth = !oneTime && isUnchecked(problem);
      const final = await this.#pause(problem, worth, tries, { request }, signal);
      if (final !== null) throw new ProblemError(final, { context: { request, ...tries.context } });
    }
  }
}

/** Whether a sign-in that failed so has reached nobody who could check the password: not sent, or answered by a proxy. */
function isUnchecked({ status, unsent, transient }: Problem): boolean {
  if (status === undefined) return unsent === true && transient === true;
  return (status >= 502 && status <= 504) || (status >= 595 && status <= 599);
}

function finalProblem(error: unknown, signal: AbortSignal): Problem {
  if (signal.aborted) return { code: "cancelled", text: "The request was cancelled." };
  if (error instanceof ProblemError || error instanceof SendError) return error.problem;
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "internal",
    text: `The Proxmox client failed in a way that was not foreseen: ${message}.`,
    advice: "This is a bug in the provider; please report it with the debug log.",
    cause: error,
  };
}

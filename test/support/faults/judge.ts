/** Whether what a provider did under a fault was right. */

import type { Outcome } from "./kind.ts";
import type { FaultScene } from "./scene.ts";

/** A warning or an error as the provider told it. */
export interface Told {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
}

/** What a read came to. */
export interface Observed {
  readonly told: readonly Told[];
  /** The values in bytes; null when there are none. */
  readonly state: Buffer | null;
  /** From the request of the host to the answer. */
  readonly milliseconds: number;
  /** The most that was resident, in MiB. */
  readonly memory: number;
  /** All that the provider has written. */
  readonly output: string;
}

/** What a read without a fault comes to. */
export interface Reference {
  readonly told: readonly Told[];
  readonly state: Buffer;
  /** The targets that were asked, in order. */
  readonly requests: readonly string[];
}

/** Resident memory of a provider, in MiB. */
export const MAX_MEMORY_MIB = 400;

/** What may pass beside the time of requests: to load what a read needs, and other work on the machine. */
export const SLACK_MS = 4_000;

/** Nobody reads more of a message. */
const MAX_MESSAGE = 10_000;

const TRACE = /^\s+at .+:\d+:\d+\)?$/m;
const BUG = /Internal Error|not foreseen|failed unexpectedly|\[object |\bundefined\b|\bNaN\b/;
const CONTROL = /(?!\n)\p{Cc}/u;

/** What was wrong, in words; nothing when all was right. */
export function judge(scene: FaultScene, observed: Observed, reference: Reference): string[] {
  const outcome = rightOutcome(scene);
  return [
    ...valuesProblems(outcome, observed, reference, scene),
    ...messageProblems(observed),
    ...secretProblems(scene, observed),
    ...timeProblems(scene, observed),
    ...repetitionProblems(scene),
    ...(observed.memory > MAX_MEMORY_MIB
      ? [`${Math.round(observed.memory)} MiB of memory were resident`]
      : []),
  ];
}

/**
 * The outcome that is right for what was struck. A guest that cannot be read is no reason to end a read: what is not known of it is
 * said. Nor is a node that does not tell its own version, which is then taken for that of the member that answers.
 */
export function rightOutcome({ kind, arranged }: FaultScene): Outcome {
  const { outcome, group } = kind;
  const { target = "" } = arranged;
  if (outcome.result !== "error") return outcome;
  if (/\/nodes\/[^/]+\/version$/.test(target)) return { result: "same" };
  const isRefused = group === "sign-in" && kind.name.startsWith("401");
  return target.endsWith("/pending") && !isRefused ? { result: "less", warns: /Usage/ } : outcome;
}

function valuesProblems(
  outcome: Outcome,
  { told, state }: Observed,
  reference: Reference,
  scene: FaultScene,
): string[] {
  const errors = told.filter(({ severity }) => severity === "error");
  const known = new Set(reference.told.map(textOf));
  const news = told.filter((one) => one.severity === "warning" && !known.has(textOf(one)));
  if (outcome.result === "error") return errorProblems(outcome, errors, state, scene);
  if (errors.length > 0 || state === null)
    return [`an error, where there should be a result: ${listed(errors)}`];
  const same = state.equals(reference.state);
  if (outcome.result === "less") {
    const isSaid = news.some((one) => outcome.warns.test(textOf(one)));
    return [
      ...(same ? ["the values of a read without the fault"] : []),
      ...(isSaid ? [] : [`no warning that says ${outcome.warns}: ${listed(news)}`]),
    ];
  }
  // Warnings that are there anyway name devices, whose names may be others now.
  const summaries = new Set(reference.told.map(({ summary }) => summary));
  const unwanted = outcome.result === "same" ? news : news.filter(({ summary }) => !summaries.has(summary));
  return [
    ...(outcome.result === "same" && !same ? ["other values than without the fault"] : []),
    ...(unwanted.length === 0 ? [] : [`warnings that nothing calls for: ${listed(unwanted)}`]),
  ];
}

function errorProblems(
  outcome: Extract<Outcome, { result: "error" }>,
  errors: readonly Told[],
  state: Buffer | null,
  { endpoints, arranged, kind }: FaultScene,
): string[] {
  const [error, ...more] = errors;
  if (error === undefined) return ["no error"];
  const text = textOf(error);
  const node = /\/nodes\/([^/]+)\//.exec(arranged.target ?? "")?.[1];
  const request = arranged.target === undefined ? /Tried: (GET|POST) \/api2\/json\// : `${arranged.target}`;
  const named = typeof request === "string" ? text.includes(request) : request.test(text);
  return [
    ...(more.length > 0 ? [`${errors.length} errors: ${listed(errors)}`] : []),
    ...(state === null ? [] : ["values beside an error"]),
    ...outcome.says.filter((says) => !says.test(text)).map((says) => `an error without ${says}: ${text}`),
    ...(outcome.endpoint !== false && !endpoints.some((endpoint) => text.includes(endpoint))
      ? [`an error that names no endpoint: ${text}`]
      : []),
    ...(outcome.request !== false && !named
      ? [`an error that does not name the request ${arranged.target ?? ""}: ${text}`]
      : []),
    ...(node !== undefined && outcome.request !== false && !text.includes(node)
      ? [`an error of ${kind.name} that does not name the node ${node}: ${text}`]
      : []),
  ];
}

function messageProblems({ told }: Observed): string[] {
  return told.flatMap((one) => {
    const text = textOf(one);
    return [
      ...(TRACE.test(text) ? [`a stack trace: ${text}`] : []),
      ...(BUG.test(text) ? [`words of a bug: ${text}`] : []),
      ...(CONTROL.test(text) ? [`control characters: ${JSON.stringify(text.slice(0, 500))}`] : []),
      ...(text.length > MAX_MESSAGE ? [`a message of ${text.length} characters: ${text.slice(0, 200)}`] : []),
    ];
  });
}

function secretProblems(scene: FaultScene, { told, output, state }: Observed): string[] {
  const places = { message: told.map(textOf).join("\n"), output, values: state?.toString("latin1") ?? "" };
  return Object.entries(places).flatMap(([place, text]) =>
    scene.secrets.some((secret) => text.includes(secret)) ? [`a secret in the ${place}`] : [],
  );
}

function timeProblems(scene: FaultScene, { milliseconds }: Observed): string[] {
  const most = scene.boundMs + SLACK_MS;
  return milliseconds <= most ? [] : [`${Math.round(milliseconds)} ms, where ${most} are the most`];
}

function repetitionProblems({ proxies, kind, maxAttempts }: FaultScene): string[] {
  const most = kind.asked ?? maxAttempts;
  return proxies.flatMap(({ seen }) => {
    const targets = new Set(seen.map(({ method, target }) => `${method} ${target}`));
    return [...targets].flatMap((target) => {
      const times = seen.filter((one) => `${one.method} ${one.target}` === target).length;
      return times <= most ? [] : [`${target} was asked ${times} times, where ${most} are the most`];
    });
  });
}

function textOf({ summary, detail }: Told): string {
  return `${summary}\n${detail}`;
}

function listed(told: readonly Told[]): string {
  return told.length === 0 ? "nothing" : told.map(textOf).join(" | ").slice(0, 2000);
}

/** Whether what a provider did under a fault was right. */

import type { Outcome } from "./kind.ts";
import { rightOutcomes } from "./outcomes.ts";
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
  /** From the request of the host to the answer; of a command, from its start to its end. */
  readonly milliseconds: number;
  /** How many of them its process was ready to run, and the machine was busy with others. */
  readonly waited: number;
  /** The most that was resident, in MiB. */
  readonly memory: number;
  /** All that the provider has written. */
  readonly output: string;
  /** What was wrong with its end, or is left behind it, in words. */
  readonly left: readonly string[];
}

/** What a read without a fault comes to. */
export interface Reference {
  readonly told: readonly Told[];
  readonly state: Buffer;
  /** The targets that were asked, in order, each once. */
  readonly requests: readonly string[];
  /** The same, as often as each was asked. */
  readonly asked: readonly string[];
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
  const tries = rightOutcomes(scene).map((outcome) => valuesProblems(outcome, observed, reference, scene));
  return [
    ...(tries.some((problems) => problems.length === 0) ? [] : (tries[0] ?? [])),
    ...messageProblems(observed),
    ...secretProblems(scene, observed),
    ...timeProblems(scene, observed),
    ...repetitionProblems(scene, reference),
    ...(observed.memory > MAX_MEMORY_MIB
      ? [`${Math.round(observed.memory)} MiB of memory were resident`]
      : []),
    ...observed.left,
  ];
}

function valuesProblems(
  outcome: Outcome,
  { told, state }: Observed,
  reference: Reference,
  scene: FaultScene,
): string[] {
  const news = newsOf(told, reference, outcome);
  const errors = news.filter(isError);
  if (outcome.result === "checks") return checkProblems(outcome, news, scene);
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
  return [
    ...(outcome.result === "same" && !same ? ["other values than without the fault"] : []),
    ...(news.length === 0 ? [] : [`warnings that nothing calls for: ${listed(news)}`]),
  ];
}

/** What is told under the fault alone. */
export function newsOf(told: readonly Told[], reference: Reference, { result }: Outcome): readonly Told[] {
  // What is told anyway names devices, whose names may be others now.
  const keyOf = result === "changed" ? ({ summary }: Told) => summary : textOf;
  const known = new Set(reference.told.map(keyOf));
  return told.filter((one) => !known.has(keyOf(one)));
}

/** Checks say what is wrong one by one: one of them has to say it, with what was asked. */
function checkProblems(
  { says }: Extract<Outcome, { result: "checks" }>,
  news: readonly Told[],
  { arranged: { target } }: FaultScene,
): string[] {
  const telling = news.filter((one) => says.test(textOf(one)));
  // What was looked at first is told by the URL, of which one thing alone is asked; and of guests each says which it is.
  const isPlain = (one: Told): boolean => /^(endpoint|tls|sign-in|usage|nodes|quorum) /.test(one.summary);
  const names = (one: Told): boolean => target === undefined || textOf(one).includes(target);
  return [
    ...(telling.length === 0 ? [`no check that says ${says}: ${listed(news)}`] : []),
    ...(telling.length > 0 && !telling.some((one) => isPlain(one) || names(one))
      ? [`no check that names the request ${target ?? ""}: ${listed(telling)}`]
      : []),
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
    ...(endpoints.some((endpoint) => text.includes(endpoint))
      ? []
      : [`an error that names no endpoint: ${text}`]),
    ...(!named ? [`an error that does not name the request ${arranged.target ?? ""}: ${text}`] : []),
    ...(node !== undefined && !text.includes(node)
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

function timeProblems(scene: FaultScene, { milliseconds, waited }: Observed): string[] {
  const most = scene.boundMs + SLACK_MS;
  const behind = `, ${Math.round(waited)} of them behind other work on the machine`;
  return milliseconds - waited <= most
    ? []
    : [`${Math.round(milliseconds)} ms${behind}, where ${most} are the most`];
}

function repetitionProblems(scene: FaultScene, { asked }: Reference): string[] {
  const { proxies, kind, maxAttempts, reader, arranged } = scene;
  // Several checks of doctor need the same answer; a failure that may pass is not theirs all.
  const mayPass = kind.asked === undefined || kind.setting?.timeout !== undefined;
  const callers = reader === "doctor" && mayPass ? 3 : 1;
  return proxies.flatMap(({ seen }) => {
    const targets = new Set(seen.map(({ method, target }) => `${method} ${target}`));
    return [...targets].flatMap((target) => {
      const times = seen.filter((one) => `${one.method} ${one.target}` === target).length;
      const without = asked.filter((one) => target.endsWith(` ${one}`)).length;
      // What is not struck is answered: it may be asked again to see what has become of the rest.
      const isStruck = arranged.target === undefined || target.endsWith(` ${arranged.target}`);
      const most = ((isStruck ? kind.asked : undefined) ?? maxAttempts) * Math.max(without, callers);
      return times <= most ? [] : [`${target} was asked ${times} times, where ${most} are the most`];
    });
  });
}

function isError({ severity }: Told): boolean {
  return severity === "error";
}

function textOf({ summary, detail }: Told): string {
  return `${summary}\n${detail}`;
}

function listed(told: readonly Told[]): string {
  return told.length === 0 ? "nothing" : told.map(textOf).join(" | ").slice(0, 2000);
}

/** The checks `endpoint`, `tls` and `sign-in`: whether Proxmox answers, is the right server, and lets us in. */
import type { Configured } from "../../provider/configuration.ts";
import type { ProxmoxClient } from "../../proxmox/client.ts";
import { ProxmoxError } from "../../proxmox/errors.ts";
import { quote } from "../../proxmox/posix-shell.ts";
import type { Credentials } from "../../proxmox/settings/credentials.ts";
import { formatIdentity } from "../../proxmox/settings/credentials.ts";
import type { Endpoint } from "../../proxmox/settings/endpoint.ts";
import type { Settings } from "../../proxmox/settings/settings.ts";
import { Dialer } from "../../proxmox/tls/dial.ts";
import type { Surroundings } from "../connection.ts";
import { hintedAdvice } from "../option-hint.ts";
import { fetching, setting, unsetting } from "../shell.ts";
import { type Check, check, type Finding, withoutStop } from "./check.ts";

export interface Reached {
  readonly checks: readonly Check[];
  /** A client for the endpoints that let us in; null where nothing more can be asked. */
  readonly client: ProxmoxClient | null;
}

/** What is used of the machine that asks. */
export type Where = Pick<Surroundings, "environment" | "platform">;

interface Answer {
  readonly endpoint: Endpoint;
  /** null when it answered. */
  readonly error: ProxmoxError | null;
  /** SHA-256 of the certificate that it shows; null where it shows none. */
  readonly fingerprint: string | null;
}

/**
 * Asks every endpoint by itself: a silent one is noticed even when another answers. A one-time password works for one
 * sign-in only; with one, only the first endpoint that answers is looked at.
 */
export async function reach(
  { settings, client, clientFor }: Configured,
  surroundings: Where,
  signal: AbortSignal,
): Promise<Reached> {
  const { credentials, endpoints } = settings;
  const { platform } = surroundings;
  const together = endpoints.length === 1 || (credentials.kind === "password" && credentials.otp !== null);
  const answerOf = async (endpoint: Endpoint, error: ProxmoxError | null): Promise<Answer> => {
    const look = () => shownFingerprint(endpoint, settings, surroundings, signal);
    // An endpoint that has answered has a certificate to show. A second try, because a connection may be lost.
    const fingerprint = (await look()) ?? (error === null ? await look() : null);
    return { endpoint, error, fingerprint };
  };
  const askTogether = async (): Promise<readonly Answer[]> => {
    const error = await refusalOf(client, signal);
    const answered = endpoints.filter(({ url }) => url === client.endpoint);
    return await Promise.all(answered.map((endpoint) => answerOf(endpoint, error)));
  };
  const askApart = (): Promise<readonly Answer[]> =>
    Promise.all(
      endpoints.map(async (endpoint) => {
        const alone = clientFor([endpoint]);
        try {
          return await answerOf(endpoint, await refusalOf(alone, signal));
        } finally {
          await alone.close();
        }
      }),
    );
  const answers = together ? await askTogether() : await askApart();
  const answering = answers.filter(({ error }) => error === null || PAST_CONNECTING.has(error.code));
  const trusted = answering.filter(({ error }) => error?.code !== "tls");
  const entered = trusted.filter(({ error }) => error === null);
  const clientOf = (some: readonly Answer[]): ProxmoxClient | null => {
    if (some.length === 0) return null;
    return together ? client : clientFor(some.map(({ endpoint }) => endpoint));
  };
  const refused = trusted.find(({ error }) => error !== null)?.error ?? null;
  return {
    checks: [
      ...answers.map((answer) =>
        check("endpoint", answer.endpoint.url, endpointFinding(answer, answering.length, platform)),
      ),
      ...answering.map((answer) => check("tls", answer.endpoint.url, tlsFinding(answer, settings, platform))),
      ...(trusted.length === 0
        ? []
        : [check("sign-in", null, signInFinding(settings.credentials, entered.length > 0 ? null : refused))]),
    ],
    client: clientOf(entered),
  };
}

/** Errors after which it is known that Proxmox, or TLS with it, has answered. */
const PAST_CONNECTING = new Set(["tls", "unauthorized", "tfa-needed", "forbidden"]);

/** The error instead of an answer; null when it answers. */
async function refusalOf(client: ProxmoxClient, signal: AbortSignal): Promise<ProxmoxError | null> {
  try {
    await client.version(signal);
    return null;
  } catch (error) {
    if (error instanceof ProxmoxError && error.code !== "cancelled") return error;
    throw error;
  }
}

/** Looks at the certificate, trusted or not; sends nothing. */
async function shownFingerprint(
  endpoint: Endpoint,
  { minTls, timeoutSeconds }: Settings,
  { environment, platform }: Where,
  signal: AbortSignal,
): Promise<string | null> {
  const trusting = { minVersion: minTls, insecure: true, fingerprints: [], authorities: [] };
  const dialer = new Dialer(trusting, environment, platform, () => {});
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
    const socket = await dialer.dial(endpoint, limit);
    const fingerprint = socket.getPeerX509Certificate()?.fingerprint256 ?? null;
    socket.destroy();
    return fingerprint;
  } catch {
    // The caller reports that it cannot be reached.
    return null;
  }
}

function endpointFinding({ endpoint, error }: Answer, answering: number, platform: NodeJS.Platform): Finding {
  if (error === null || PAST_CONNECTING.has(error.code)) return { status: "ok", summary: "answers" };
  const others = answering === 0 ? "" : "; the others answer";
  // The check names its endpoint already.
  const problem = error.problem.startsWith(`${endpoint.url} `)
    ? error.problem.slice(endpoint.url.length + 1)
    : error.problem;
  return {
    status: answering === 0 ? "error" : "warning",
    summary: `${withoutStop(problem)}${others}`,
    fix: hintedAdvice(error) ?? fetching(`${endpoint.url}/api2/json/version`, platform),
  };
}

function tlsFinding(
  { error, fingerprint, endpoint }: Answer,
  settings: Settings,
  platform: NodeJS.Platform,
): Finding {
  const shown = fingerprint === null ? "" : `; its fingerprint is ${fingerprint}`;
  if (error?.code === "tls") {
    const fix =
      fingerprint === null
        ? withoutCertificate(error, platform)
        : pinning(endpoint, fingerprint, settings, platform);
    return { status: "error", summary: `${withoutStop(error.problem)}${shown}`, fix };
  }
  if (settings.insecure) {
    return {
      status: "warning",
      summary: `any certificate is accepted (insecure), and anybody on the way can pose as this host${shown}`,
      fix:
        fingerprint === null
          ? null
          : `${pinning(endpoint, fingerprint, settings, platform)}\n${unsetting("PROXMOX_VE_INSECURE", platform)}`,
    };
  }
  const pinned = fingerprint !== null && settings.fingerprints.includes(fingerprint);
  const unlisted =
    fingerprint === null || pinned || settings.fingerprints.length === 0
      ? ""
      : "; no listed fingerprint is this one's";
  return { status: "ok", summary: `the certificate is ${pinned ? "pinned" : "trusted"}${shown}${unlisted}` };
}

/** What helps where the two agree on no connection, so that no certificate is shown. */
function withoutCertificate(error: ProxmoxError, platform: NodeJS.Platform): string | null {
  if (!error.advice.includes("min_tls")) return hintedAdvice(error);
  return `Where this host is limited to TLS 1.2, here: ${setting("PROXMOX_VE_MIN_TLS", "1.2", platform)}`;
}

/** The fingerprint came over a connection that is not trusted, so it has to be compared first. */
function pinning(
  { host }: Endpoint,
  fingerprint: string,
  { fingerprints }: Settings,
  platform: NodeJS.Platform,
): string {
  const all = [...fingerprints, fingerprint].join(",");
  return `On ${host}: pvenode cert info\nWhere it prints this fingerprint, here: ${setting("GPUHOST_FINGERPRINTS", all, platform)}`;
}

function signInFinding(credentials: Credentials, refused: ProxmoxError | null): Finding {
  const who = formatIdentity(credentials.identity);
  if (refused !== null) {
    return {
      status: "error",
      summary: `${who}: ${withoutStop(refused.problem)}`,
      fix: refused.advice === "" ? null : refused.advice,
    };
  }
  if (credentials.kind === "token") return { status: "ok", summary: `as ${who}, by an API token` };
  const { user } = credentials.identity;
  const token = `${user}!gpuhost`;
  return {
    status: "warning",
    summary: `as ${who}, by ${credentials.kind === "password" ? "a password" : "a ticket, which lives two hours"}; a token would do, and can be taken back by itself`,
    fix: [
      `pveum user token add ${quote(user)} gpuhost --privsep 1`,
      `pveum acl modify / --tokens ${quote(token)} --roles PVEAuditor`,
    ].join("\n"),
  };
}

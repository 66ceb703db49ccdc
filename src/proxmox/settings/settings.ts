/**
 * The provider's configuration, from its arguments and the environment. Names, variables, precedence and defaults are those of bpg
 * where it has them (its fwprovider/provider.go, Configure, and proxmox/api/credentials.go). Our own have variables GPUHOST_*.
 */
import {
  bare,
  type Credentials,
  passwordCredentials,
  ticketCredentials,
  tokenCredentials,
} from "./credentials.ts";
import {
  DEFAULT_MAX_RETRIES,
  DEFAULT_MIN_TLS,
  DEFAULT_TIMEOUT_SECONDS,
  MAX_RETRIES_LIMIT,
  MAX_TIMEOUT_SECONDS,
  MIN_TLS_VERSIONS,
  type TlsVersion,
} from "./defaults.ts";
import { type Endpoint, parseEndpoint } from "./endpoint.ts";
import type { Environment } from "./environment.ts";
import { normalizeFingerprint } from "./fingerprint.ts";
import {
  type ArgumentName,
  type ProviderArguments,
  type SettingProblem,
  SettingSources,
  type Sourced,
} from "./setting-sources.ts";

export interface Settings {
  /** At least one, each once. */
  readonly endpoints: readonly Endpoint[];
  readonly credentials: Credentials;
  readonly insecure: boolean;
  readonly minTls: TlsVersion;
  /** Normalised. */
  readonly fingerprints: readonly string[];
  /** Where to find the trusted authorities; empty for Node's and the system's. See `loadAuthorities`. */
  readonly authorities: readonly AuthoritySource[];
  readonly timeoutSeconds: number;
  readonly maxRetries: number;
}

/** A file of authorities, or their text. */
export interface AuthoritySource extends Sourced<string> {
  readonly attribute: "ca_file" | "ca_pem";
}

export type SettingsResult =
  | { readonly settings: Settings; readonly problems: null }
  | { readonly settings: null; readonly problems: readonly SettingProblem[] };

/**
 * Resolves the whole configuration. When an argument is null or absent, its variable is used. An empty text overrides the variable
 * and counts as absent, as in bpg.
 */
export function resolveSettings(args: ProviderArguments, environment: Environment): SettingsResult {
  const sources = new SettingSources(args, environment);
  const endpoints = endpointsOf(sources);
  const credentials = credentialsOf(sources);
  const settings = {
    insecure: sources.flag("insecure", "PROXMOX_VE_INSECURE"),
    minTls: minTlsOf(sources),
    fingerprints: fingerprintsOf(sources),
    authorities: authoritySources(sources),
    timeoutSeconds: sources.wholeNumber("timeout", "GPUHOST_TIMEOUT", {
      fallback: DEFAULT_TIMEOUT_SECONDS,
      min: 1,
      max: MAX_TIMEOUT_SECONDS,
      what: "a whole number of seconds",
    }),
    maxRetries: sources.wholeNumber("max_retries", "GPUHOST_MAX_RETRIES", {
      fallback: DEFAULT_MAX_RETRIES,
      min: 0,
      max: MAX_RETRIES_LIMIT,
      what: "a whole number",
    }),
  };
  if (sources.problems.length > 0 || endpoints === null || credentials === null) {
    return { settings: null, problems: sources.problems };
  }
  return { settings: { ...settings, endpoints, credentials }, problems: null };
}

/**
 * Either argument overrides both variables. Our own variable comes before bpg's: who sets it means this provider, while the other one
 * also serves bpg.
 */
function endpointsOf(sources: SettingSources): readonly Endpoint[] | null {
  const { endpoint, endpoints } = sources.args;
  const single = endpoint ?? null;
  const several = endpoints ?? null;
  if (single !== null && several !== null) {
    sources.invalid("endpoints", null, "endpoint and endpoints exclude each other; leave one of them out.");
    return null;
  }
  if (single !== null) return parsed(sources, "endpoint", [{ value: single, variable: null }]);
  const list = sources.list("endpoints", "GPUHOST_ENDPOINTS");
  if (list !== null) return parsed(sources, "endpoints", list);
  const variable = sources.variable("PROXMOX_VE_ENDPOINT");
  if (variable !== null) return parsed(sources, "endpoint", [variable]);
  sources.missing(
    "endpoint",
    'There is no endpoint. Set endpoint = "https://pve1.example.com:8006" or PROXMOX_VE_ENDPOINT; several members of one cluster go into endpoints or GPUHOST_ENDPOINTS.',
  );
  return null;
}

function parsed(
  sources: SettingSources,
  attribute: "endpoint" | "endpoints",
  texts: readonly Sourced<string>[],
): readonly Endpoint[] {
  const unique = new Map<string, Endpoint>();
  for (const [index, text] of texts.entries()) {
    const place = attribute === "endpoints" ? index : null;
    const endpoint = sources.checked(attribute, text, parseEndpoint, place);
    if (endpoint !== null) unique.set(`${endpoint.host} ${endpoint.port}`, endpoint);
  }
  return [...unique.values()];
}

/** Token before ticket before password, each only if it is complete. */
function credentialsOf(sources: SettingSources): Credentials | null {
  const token = sources.secret("api_token");
  if (token !== null) return sources.checked("api_token", token, tokenCredentials);
  const ticket = sources.secret("auth_ticket");
  const csrf = sources.secret("csrf_prevention_token");
  if (ticket !== null && csrf !== null) {
    const csrfToken = sources.checked("csrf_prevention_token", csrf, (text) =>
      bare(text, "The csrf_prevention_token"),
    );
    return sources.checked("auth_ticket", ticket, (text) => ticketCredentials(text, csrfToken ?? ""));
  }
  const username = sources.text("username", "PROXMOX_VE_USERNAME");
  const password = sources.secret("password");
  const otp = sources.secret("otp");
  if (username !== null && password !== null) {
    const code =
      otp === null ? null : sources.checked("otp", otp, (text) => bare(text, "The one-time password"));
    return sources.checked("username", username, (name) => passwordCredentials(name, password.value, code));
  }
  reportMissingCredentials(sources, { ticket, csrf, username, password });
  return null;
}

function reportMissingCredentials(
  sources: SettingSources,
  given: Readonly<Record<"ticket" | "csrf" | "username" | "password", Sourced<string> | null>>,
): void {
  const halves: readonly (readonly [given: boolean, attribute: ArgumentName, message: string])[] = [
    [
      given.ticket !== null,
      "csrf_prevention_token",
      "There is an auth_ticket without csrf_prevention_token (PROXMOX_VE_CSRF_PREVENTION_TOKEN).",
    ],
    [
      given.csrf !== null,
      "auth_ticket",
      "There is a csrf_prevention_token without auth_ticket (PROXMOX_VE_AUTH_TICKET).",
    ],
    [given.username !== null, "password", "There is a username without password (PROXMOX_VE_PASSWORD)."],
    [given.password !== null, "username", "There is a password without username (PROXMOX_VE_USERNAME)."],
  ];
  const half = halves.find(([isGiven]) => isGiven);
  sources.missing(
    half?.[1] ?? "api_token",
    `${half === undefined ? "There are no credentials." : half[2]} Set api_token = "USER@REALM!TOKENID=SECRET" or PROXMOX_VE_API_TOKEN (best), auth_ticket with csrf_prevention_token, or username with password.`,
  );
}

function minTlsOf(sources: SettingSources): TlsVersion {
  const source = sources.text("min_tls", "PROXMOX_VE_MIN_TLS");
  const text = source?.value.trim() ?? "";
  if (source === null || text === "") return DEFAULT_MIN_TLS;
  const version = MIN_TLS_VERSIONS.find((known) => known === text);
  if (version === undefined) {
    sources.invalid(
      "min_tls",
      source.variable,
      `${JSON.stringify(text)} is no version of TLS; it must be one of ${MIN_TLS_VERSIONS.join(", ")}.`,
    );
  }
  return version ?? DEFAULT_MIN_TLS;
}

function fingerprintsOf(sources: SettingSources): readonly string[] {
  const texts = sources.list("fingerprints", "GPUHOST_FINGERPRINTS") ?? [];
  const fingerprints = texts.map((text, index) =>
    sources.checked("fingerprints", text, normalizeFingerprint, index),
  );
  return [...new Set(fingerprints)].filter((fingerprint) => fingerprint !== null);
}

/**
 * Like the endpoints, either argument overrides both variables: who pins an authority means only that one. An empty argument is
 * refused, since without it the system's authorities would be trusted.
 */
function authoritySources(sources: SettingSources): readonly AuthoritySource[] {
  const { ca_file, ca_pem } = sources.args;
  const fromArguments = (ca_file ?? null) !== null || (ca_pem ?? null) !== null;
  return (
    [
      ["ca_file", ca_file ?? null, "GPUHOST_CA_FILE"],
      ["ca_pem", ca_pem ?? null, "GPUHOST_CA_PEM"],
    ] as const
  ).flatMap(([attribute, argument, variable]) => {
    const argumentOrNone = argument === null ? null : { value: argument, variable: null };
    const source = fromArguments ? argumentOrNone : sources.variable(variable);
    if (source === null) return [];
    if (source.value === "") {
      sources.invalid(
        attribute,
        null,
        `${attribute} is empty; leave the argument out, or make it null, to name no authority.`,
      );
    }
    if (attribute === "ca_file" && source.value.includes("-----BEGIN ")) {
      sources.invalid(
        attribute,
        source.variable,
        "This is the text of a file, not its name; ca_pem takes the text.",
      );
    }
    return [{ attribute, ...source }];
  });
}

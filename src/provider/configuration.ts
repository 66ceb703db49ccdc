/** From the provider block and the environment to a client. Every problem is reported for the attribute that has it. */
import type { ConfigurationOf } from "../framework/attribute.ts";
import { IncompleteConfigurationError, known, unknownNames } from "../framework/configuration.ts";
import {
  type Diagnostic,
  DiagnosticError,
  type Diagnostics,
  errorDiagnostic,
} from "../framework/diagnostics.ts";
import { path } from "../framework/path.ts";
import type { Logger } from "../logger.ts";
import type { ProxmoxClient, ProxmoxClientOptions } from "../proxmox/client.ts";
import type { SecretRegistry } from "../proxmox/secrets.ts";
import type { Endpoint } from "../proxmox/settings/endpoint.ts";
import type { Environment } from "../proxmox/settings/environment.ts";
import {
  type ArgumentName,
  SECRETS,
  type SettingProblem,
  secretPlaces,
} from "../proxmox/settings/setting-sources.ts";
import { resolveSettings, type Settings } from "../proxmox/settings/settings.ts";
import { userAgent } from "../proxmox/settings/user-agent.ts";
import type { attributes } from "./attributes.ts";

/** What the provider uses of its process. */
export interface Surroundings {
  readonly version: string;
  readonly environment: Environment;
  /** Gets every secret, so that none appears in a message or a log. */
  readonly secrets: SecretRegistry;
  /** Whether a person asks by the command line: for one look at the cluster, not for a plan. */
  readonly oneLook?: boolean;
}

type Configuration = ConfigurationOf<typeof attributes>;

/**
 * Adds an error for every argument that is wrong in any environment. What is missing may be in the environment later.
 */
export function validateConfiguration(configuration: Configuration, diagnostics: Diagnostics): void {
  const unknown = new Set(unknownNames(configuration));
  const arguments_ = Object.fromEntries(Object.entries(configuration).filter(([name]) => !unknown.has(name)));
  for (const problem of resolveSettings(arguments_, {}).problems ?? []) {
    if (problem.kind === "invalid") diagnostics.add(problemDiagnostic(problem, secretPlaces(arguments_)));
  }
}

/**
 * Makes the client; nothing is asked of Proxmox yet.
 * @throws NotYetKnownError, IncompleteConfigurationError, and DiagnosticError for what is wrong.
 */
export async function createClient(
  configuration: Configuration,
  surroundings: Surroundings,
  logger: Logger,
): Promise<ProxmoxClient> {
  return (await configuredClient(configuration, surroundings, logger)).client;
}

/** A client, its settings, and a way to make clients that ask other endpoints. */
export interface Configured {
  readonly client: ProxmoxClient;
  readonly settings: Settings;
  readonly clientFor: (endpoints: readonly Endpoint[]) => ProxmoxClient;
}

/** The same, with what it was made from. */
export async function configuredClient(
  configuration: Configuration,
  { version, environment, secrets, oneLook = false }: Surroundings,
  logger: Logger,
): Promise<Configured> {
  const arguments_ = known(configuration);
  registerSecrets(arguments_, environment, secrets);
  const { settings, problems } = resolveSettings(arguments_, environment);
  // A person's options are in no file that a host would quote.
  const hidden = oneLook ? new Set<ArgumentName>() : secretPlaces(arguments_);
  if (settings === null) throw problemsError(problems, hidden);
  // Only a read needs them, and of the three launches of a plan only the last one reads.
  const [{ ProxmoxClient }, { loadAuthorities }] = await Promise.all([
    import("../proxmox/client.ts"),
    import("../proxmox/tls/authorities.ts"),
  ]);
  const loaded = loadAuthorities(settings.authorities);
  if (loaded.problems !== null) throw problemsError(loaded.problems, hidden);
  const options = {
    credentials: settings.credentials,
    tls: {
      minVersion: settings.minTls,
      insecure: settings.insecure,
      fingerprints: settings.fingerprints,
      authorities: loaded.authorities,
    },
    timeoutSeconds: settings.timeoutSeconds,
    maxRetries: settings.maxRetries,
    userAgent: userAgent(version, environment),
    environment,
    secrets,
    oneLook,
    log: (level, message, fields) => logger[level](message, fields),
  } satisfies Omit<ProxmoxClientOptions, "endpoints">;
  const clientFor = (endpoints: readonly Endpoint[]) => new ProxmoxClient({ ...options, endpoints });
  return { client: clientFor(settings.endpoints), settings, clientFor };
}

/** Also secrets that are not used or not valid: errors may repeat them. */
function registerSecrets(
  arguments_: { readonly [name in keyof typeof SECRETS]: string | null },
  environment: Environment,
  secrets: SecretRegistry,
): void {
  for (const [name, variable] of Object.entries(SECRETS)) {
    secrets.add(arguments_[name as keyof typeof SECRETS] ?? "");
    secrets.add(environment[variable] ?? "");
  }
  // Only the part after the "=" of a token is secret, but it is also secret alone.
  for (const token of [arguments_.api_token, environment[SECRETS.api_token]]) {
    secrets.add(token?.split("=").slice(1).join("=") ?? "");
  }
}

function problemsError(
  problems: readonly SettingProblem[],
  hidden: ReadonlySet<ArgumentName>,
): DiagnosticError {
  const diagnostics = problems.map((problem) => problemDiagnostic(problem, hidden));
  const isIncomplete = problems.every(({ kind }) => kind === "missing");
  return isIncomplete ? new IncompleteConfigurationError(diagnostics) : new DiagnosticError(diagnostics);
}

/** @param hidden the arguments whose place it must not have */
function problemDiagnostic(
  { kind, attribute, index, variable, message }: SettingProblem,
  hidden: ReadonlySet<ArgumentName>,
): Diagnostic {
  const summary = kind === "missing" ? "Missing Provider Configuration" : "Invalid Provider Configuration";
  // A value from a variable, or a missing one, has no place in the configuration.
  const nowhere = kind === "missing" || variable !== null || hidden.has(attribute);
  if (nowhere) return errorDiagnostic(summary, message);
  return errorDiagnostic(summary, message, index === null ? path(attribute) : path(attribute, index));
}

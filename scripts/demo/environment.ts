/** What OpenTofu and the provider see of the user's environment. */
import { resolve } from "node:path";

/** Variables that name the cluster and the credentials. */
const CLUSTER = /^(PROXMOX_VE|GPUHOST)_/;

/** Variables that would lead the connection to the local stand-in elsewhere. */
const PROXY = /^(https?|all|no)_proxy$/i;

/** Variables that change what OpenTofu does: arguments, folders, variables, providers to attach to. Logging stays. */
const OPENTOFU = /^(TF|TOFU|OPENTOFU)_(?!LOG(_|$))/;

/** Files with paths from where the user is, while OpenTofu runs in a folder of its own. */
const FILES: ReadonlySet<string> = new Set(["GPUHOST_CA_FILE", "SSL_CERT_FILE", "TF_LOG_PATH"]);

/** The variables with the address of a cluster. */
const ENDPOINTS = ["PROXMOX_VE_ENDPOINT", "GPUHOST_ENDPOINTS"] as const;

/** The variables that say who signs in. */
const CREDENTIALS = ["PROXMOX_VE_API_TOKEN", "PROXMOX_VE_AUTH_TICKET", "PROXMOX_VE_USERNAME"] as const;

/** Whether the environment names a cluster. An empty variable does not count. */
export function namesCluster(environment: NodeJS.ProcessEnv): boolean {
  return ENDPOINTS.some((name) => isSet(environment, name));
}

/** The variable with credentials when no variable names a cluster; null when there is none. */
export function credentialsAlone(environment: NodeJS.ProcessEnv): string | null {
  if (namesCluster(environment)) return null;
  return CREDENTIALS.find((name) => isSet(environment, name)) ?? null;
}

/**
 * For reading the user's own cluster.
 *
 * @param folder Where relative paths begin.
 */
export function clusterEnvironment(environment: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  return select(environment, folder, [OPENTOFU]);
}

/**
 * For the stand-in: nothing in it leads to the user's cluster or is a secret for it.
 *
 * @param folder Where relative paths begin.
 */
export function standInEnvironment(environment: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  return select(environment, folder, [OPENTOFU, CLUSTER, PROXY]);
}

function select(
  environment: NodeJS.ProcessEnv,
  folder: string,
  leftOut: readonly RegExp[],
): NodeJS.ProcessEnv {
  const selected: NodeJS.ProcessEnv = {};
  for (const [name, value = ""] of Object.entries(environment)) {
    if (leftOut.some((pattern) => pattern.test(name))) continue;
    selected[name] = FILES.has(name) && value !== "" ? resolve(folder, value) : value;
  }
  return selected;
}

function isSet(environment: NodeJS.ProcessEnv, name: string): boolean {
  return (environment[name] ?? "") !== "";
}

/** What OpenTofu and the provider see of the user's environment. */
import { resolve } from "node:path";

/** Names the cluster to read and how to sign in. */
const CLUSTER = /^(PROXMOX_VE|GPUHOST)_/;

/** Would lead the way to the stand-in, which listens on this machine, through another one. */
const PROXY = /^(https?|all|no)_proxy$/i;

/** Changes what OpenTofu does: arguments, folders, variables, providers to attach to. Logging stays. */
const OPENTOFU = /^(TF|TOFU|OPENTOFU)_(?!LOG(_|$))/;

/** Files that a user names from where he is, while OpenTofu runs in a folder of its own. */
const FILES: ReadonlySet<string> = new Set(["GPUHOST_CA_FILE", "SSL_CERT_FILE", "TF_LOG_PATH"]);

/** Where a cluster is. */
const ENDPOINTS = ["PROXMOX_VE_ENDPOINT", "GPUHOST_ENDPOINTS"] as const;

/** Who signs in to it. */
const CREDENTIALS = ["PROXMOX_VE_API_TOKEN", "PROXMOX_VE_AUTH_TICKET", "PROXMOX_VE_USERNAME"] as const;

/** Whether the environment names a cluster. An empty variable is none. */
export function namesCluster(environment: NodeJS.ProcessEnv): boolean {
  return ENDPOINTS.some((name) => isSet(environment, name));
}

/** The variable by which somebody signs in to a cluster that no variable names; null when there is none. */
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
 * For the stand-in: nothing in it leads to the user's cluster or is one of his secrets for it.
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

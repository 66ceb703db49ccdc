/**
 * The Proxmox VE API, as far as this project uses it. One client serves one configuration. It keeps what it has read of the hardware
 * as long as it exists, so that every node is read at most once.
 */

import { type Found, root } from "./answers/decode.ts";
import { decodePciRecords, type PciRecord } from "./answers/pci-record.ts";
import {
  type ClusterStatus,
  decodeClusterStatus,
  decodeGuestConfig,
  decodeGuests,
  decodeMdevTypes,
  decodeNodes,
  decodePciMappings,
  decodePending,
  decodePermissions,
  type GuestSummary,
  type GuestType,
  type MdevType,
  type NodeSummary,
  type PciMapping,
  type PendingEntry,
  type Permissions,
} from "./answers/responses.ts";
import { decodeVersion } from "./answers/version.ts";
import { type Answer, API_PATH, Api, type Question } from "./asking/api.ts";
import { SharedCalls } from "./asking/shared-calls.ts";
import { type Clock, systemClock } from "./clock.ts";
import { isFinal, Problem, ProxmoxError, problemFrom } from "./errors.ts";
import { type Log, silentLog } from "./log.ts";
import type { SecretRegistry } from "./secrets.ts";
import { type Credentials, secretsOf } from "./settings/credentials.ts";
import type { Endpoint } from "./settings/endpoint.ts";
import type { Environment } from "./settings/environment.ts";
import { Dialer } from "./tls/dial.ts";
import type { TlsSettings } from "./tls/trust.ts";

export interface ProxmoxClientOptions {
  /** At least one; members of one cluster. */
  readonly endpoints: readonly Endpoint[];
  readonly credentials: Credentials;
  readonly tls: TlsSettings;
  /** For one request, from connecting to the last byte of the answer. */
  readonly timeoutSeconds: number;
  /** How often a GET is repeated when the connection or the server fails. */
  readonly maxRetries: number;
  readonly userAgent: string;
  /** For HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR. */
  readonly environment: Environment;
  /** Gets every secret, also those that Proxmox issues. */
  readonly secrets: SecretRegistry;
  readonly log?: Log;
  readonly clock?: Clock;
  /** A number from 0 to 1, 1 excluded. */
  readonly random?: () => number;
  readonly platform?: NodeJS.Platform;
  /** Whether everything is for one look at the cluster, like a person's command: then no list is asked for twice. */
  readonly oneLook?: boolean;
}

/** How long an answer is used: as long as the client; for one look; or only for those who ask before it has come. */
type Keep = "always" | "one look" | "while asking";

interface Asked {
  /** Without `/api2/json`; with the query, percent-encoded. */
  readonly path: string;
  /** The node that has to do the work; null or absent when any node can. */
  readonly node?: string | null;
  readonly keep: Keep;
  /** Whether Proxmox closes the connection after the answer. */
  readonly closes?: boolean;
  /** Whether a kept answer does not count. */
  readonly anew?: boolean;
}

/** Every method throws ProxmoxError, with the code `cancelled` when its signal is aborted or the client closed. */
export class ProxmoxClient {
  readonly #api: Api;
  readonly #secrets: SecretRegistry;
  readonly #calls = new SharedCalls<unknown>(isFinal);
  readonly #closing = new AbortController();
  readonly #oneLook: boolean;

  constructor(options: ProxmoxClientOptions) {
    const { secrets, credentials } = options;
    const addSecret = (secret: string) => secrets.add(secret);
    for (const secret of secretsOf(credentials)) addSecret(secret);
    const clock = options.clock ?? systemClock;
    const dialer = new Dialer(
      options.tls,
      options.environment,
      options.platform ?? process.platform,
      addSecret,
    );
    this.#secrets = secrets;
    this.#oneLook = options.oneLook ?? false;
    this.#api = new Api({
      endpoints: options.endpoints,
      dialer,
      credentials,
      secrets,
      clock,
      random: options.random ?? Math.random,
      log: options.log ?? silentLog,
      maxRetries: options.maxRetries,
      timeoutMs: options.timeoutSeconds * 1000,
      userAgent: options.userAgent,
    });
  }

  /** The URL that answered last; the first one before any answer. */
  get endpoint(): string {
    return this.#api.endpoint?.url ?? "";
  }

  /** A question in the form of errors, for messages about its answer: `GET /api2/json/nodes at https://pve1:8006`. */
  requestText(path: string): string {
    return `GET ${API_PATH}${path} at ${this.endpoint}`;
  }

  /** The version of the endpoint that answers: `9.2.11`, `7.4-20`. Compare it with `compareVersions`. */
  version(signal?: AbortSignal): Promise<string> {
    return this.#get({ path: "/version", keep: "always" }, decodeVersion, signal);
  }

  /** The version of one member, which may differ while a cluster is being upgraded. */
  nodeVersion(node: string, signal?: AbortSignal): Promise<string> {
    return this.#get(
      { path: `/nodes/${segment(node)}/version`, node, keep: "always" },
      decodeVersion,
      signal,
    );
  }

  /** All members of the cluster, in any order. */
  nodes(signal?: AbortSignal): Promise<readonly NodeSummary[]> {
    return this.#get({ path: "/nodes", keep: "always" }, decodeNodes, signal);
  }

  /** The cluster as its members see it: name, quorum, who is online. */
  clusterStatus(signal?: AbortSignal): Promise<ClusterStatus> {
    return this.#get(
      { path: "/cluster/status", keep: "while asking", closes: true },
      decodeClusterStatus,
      signal,
    );
  }

  /**
   * The permissions of the user or token, by path.
   * @param at one path; null for all, without those where nothing is granted.
   */
  permissions(signal?: AbortSignal, at: string | null = null): Promise<Permissions> {
    const query = at === null ? "" : `?path=${encodeURIComponent(at)}`;
    return this.#get({ path: `/access/permissions${query}`, keep: "one look" }, decodePermissions, signal);
  }

  /** All PCI functions of a node, of every class. By default Proxmox omits memory, bridges and processors. */
  pciDevices(node: string, signal?: AbortSignal): Promise<readonly PciRecord[]> {
    const path = `/nodes/${segment(node)}/hardware/pci?pci-class-blacklist=`;
    return this.#get({ path, node, keep: "always", closes: true }, decodePciRecords, signal);
  }

  /** The types of mediated devices of a PCI function or (PVE 8.3 and later) of a mapping; none for a device that does not exist. */
  mdevTypes(node: string, deviceOrMapping: string, signal?: AbortSignal): Promise<readonly MdevType[]> {
    const path = `/nodes/${segment(node)}/hardware/pci/${segment(deviceOrMapping)}/mdev`;
    return this.#get({ path, node, keep: "while asking", closes: true }, decodeMdevTypes, signal);
  }

  /** All PCI mappings that may be seen. PVE 7 has none, and the error has the code `not-implemented`. */
  pciMappings(signal?: AbortSignal): Promise<readonly PciMapping[]> {
    return this.#get({ path: "/cluster/mapping/pci", keep: "one look" }, decodePciMappings, signal);
  }

  /**
   * All guests and templates that may be seen, on all nodes.
   * @param anew for who has found out that an earlier list is old
   */
  guests(signal?: AbortSignal, anew = false): Promise<readonly GuestSummary[]> {
    const keep = anew ? "while asking" : "one look";
    return this.#get({ path: "/cluster/resources?type=vm", keep, anew }, decodeGuests, signal);
  }

  /** A guest's configuration, both the current one and that of its next start. */
  guestPending(
    node: string,
    type: GuestType,
    vmid: number,
    signal?: AbortSignal,
  ): Promise<readonly PendingEntry[]> {
    const path = `/nodes/${segment(node)}/${type}/${vmid}/pending`;
    return this.#get({ path, node, keep: "while asking" }, decodePending, signal);
  }

  /** A guest's configuration from its next start on. */
  guestConfig(
    node: string,
    type: GuestType,
    vmid: number,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    const path = `/nodes/${segment(node)}/${type}/${vmid}/config`;
    return this.#get({ path, node, keep: "while asking" }, decodeGuestConfig, signal);
  }

  /** Ends all requests; resolves when no socket is left. */
  async close(): Promise<void> {
    this.#closing.abort(new Error("the client was closed"));
    await this.#api.close();
  }

  async #get<T>(
    { path, node = null, keep, closes = false, anew = false }: Asked,
    decode: (data: Found) => T,
    caller: AbortSignal | undefined,
  ): Promise<T> {
    const signal =
      caller === undefined ? this.#closing.signal : AbortSignal.any([this.#closing.signal, caller]);
    const kept = keep === "always" || (keep === "one look" && this.#oneLook);
    const question = { path: `${API_PATH}${path}`, node, closes, keep: kept };
    try {
      const key = anew ? `${path} anew` : path;
      const data = await this.#calls.get(key, kept, signal, async (shared) =>
        decoded(decode, await this.#api.get(question, shared)),
      );
      // Each path has one decoder, so what is kept for a path came from that decoder.
      return data as T;
    } catch (error) {
      throw this.#error(error, question, signal);
    }
  }

  /** The error for callers, from anything that was thrown. */
  #error(error: unknown, { path, node }: Question, signal: AbortSignal): ProxmoxError {
    const asked = { request: `GET ${path}`, node };
    return new ProxmoxError(problemFrom(error, signal), asked, (text) => this.#secrets.scrub(text));
  }
}

function decoded<T>(decode: (data: Found) => T, { data, endpoints }: Answer): T {
  try {
    return decode(root(data));
  } catch (error) {
    throw error instanceof Problem ? error.with({ tried: { endpoints } }) : error;
  }
}

/** One segment of a path. Colons may stay as they are (RFC 3986, section 3.3). */
function segment(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":");
}

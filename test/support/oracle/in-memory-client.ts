import type { PciRecord } from "../../../src/pci/device.ts";
import { root } from "../../../src/proxmox/answers/decode.ts";
import { decodePciRecords } from "../../../src/proxmox/answers/pci-record.ts";
import {
  type ClusterStatus,
  decodeGuests,
  decodeNodes,
  decodePciMappings,
  decodePending,
  decodePermissions,
  type GuestSummary,
  type NodeSummary,
  type PciMapping,
  type PendingEntry,
  type Permissions,
} from "../../../src/proxmox/answers/responses.ts";
import { decodeVersion } from "../../../src/proxmox/answers/version.ts";
import { ProxmoxClient } from "../../../src/proxmox/client.ts";
import { ProxmoxError } from "../../../src/proxmox/errors.ts";
import { Secrets } from "../../../src/proxmox/secrets.ts";
import { tokenCredentials } from "../../../src/proxmox/settings/credentials.ts";
import { parseEndpoint } from "../../../src/proxmox/settings/endpoint.ts";
import { type Cluster, versionOf } from "./cluster.ts";

/** A client that answers out of a cluster in memory: the real decoding, without the wire. */
export class InMemoryClient extends ProxmoxClient {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    super({
      endpoints: [parseEndpoint("https://cluster.invalid:8006")],
      credentials: tokenCredentials("reader@pve!memory=00000000-0000-0000-0000-000000000000"),
      tls: { minVersion: "1.3", insecure: false, fingerprints: [], authorities: null },
      timeoutSeconds: 1,
      maxRetries: 0,
      userAgent: "test",
      environment: {},
      secrets: new Secrets(),
    });
    this.#cluster = cluster;
  }

  override async version(): Promise<string> {
    return decodeVersion(root(this.#cluster.version));
  }

  override async nodeVersion(node: string): Promise<string> {
    return versionOf(this.#cluster, node);
  }

  override async nodes(): Promise<readonly NodeSummary[]> {
    return decodeNodes(root(this.#cluster.nodes));
  }

  override async clusterStatus(): Promise<ClusterStatus> {
    const { nodes, quorate = true } = this.#cluster;
    return {
      cluster: { name: "memory", quorate },
      nodes: nodes.map(({ node, status }, index) => ({
        name: node,
        online: status !== "offline",
        local: index === 0,
      })),
    };
  }

  override async permissions(_signal?: AbortSignal, at: string | null = null): Promise<Permissions> {
    const granted = this.#granted();
    if (at === null) return decodePermissions(root(granted));
    const above = Object.keys(granted).filter((path) => path === at || at.startsWith(`${path}/`));
    const nearest = above.toSorted((a, b) => b.length - a.length)[0] ?? "/";
    return decodePermissions(root({ [at]: granted[nearest] ?? {} }));
  }

  /** Path → privileges, all of them handed down. Who may not see all mappings sees those that the cluster has here. */
  #granted(): Record<string, Record<string, 1>> {
    const { seesGuests = true, seesMappings = true, mappings = [] } = this.#cluster;
    const audit = { "Mapping.Audit": 1 } as const;
    return {
      "/": { "Sys.Audit": 1 },
      ...(seesGuests ? { "/vms": { "VM.Audit": 1 } } : {}),
      ...(seesMappings ? { "/mapping": audit, "/mapping/pci": audit } : {}),
      ...Object.fromEntries(mappings.map(({ id }) => [`/mapping/pci/${id}`, audit])),
    };
  }

  override async pciDevices(node: string): Promise<readonly PciRecord[]> {
    const records = this.#cluster.pci[node];
    if (records === undefined) {
      const problem = { code: "node-offline", text: "No route to host." } as const;
      throw new ProxmoxError(problem, { node }, (text) => text);
    }
    return decodePciRecords(root(records));
  }

  override async pciMappings(): Promise<readonly PciMapping[]> {
    return decodePciMappings(root(this.#cluster.mappings ?? []));
  }

  override async guests(): Promise<readonly GuestSummary[]> {
    return decodeGuests(root(this.#cluster.guests ?? []));
  }

  override async guestPending(node: string, type: string, vmid: number): Promise<readonly PendingEntry[]> {
    const guest = this.#cluster.guests?.find(
      (one) => one.node === node && one.type === type && one.vmid === vmid,
    );
    return decodePending(root(guest?.pending ?? []));
  }
}

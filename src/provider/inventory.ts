/** The PCI devices of the cluster's nodes: which nodes there are, which can be asked, and what they have. */
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import { nearestNames } from "../framework/nearest-names.ts";
import { type Path, path } from "../framework/path.ts";
import { fillNames } from "../pci/cluster-names.ts";
import { devicesFromRecords, type PciDevice, type PciRecord } from "../pci/device.ts";
import { arrangeHost, dependsOnVersion, type Host, provesReports } from "../pci/host.ts";
import type { NodeSummary } from "../proxmox/answers/responses.ts";
import { compareVersions } from "../proxmox/answers/version.ts";
import type { ProxmoxClient } from "../proxmox/client.ts";
import { ProxmoxError } from "../proxmox/errors.ts";
import { enumerated } from "./wording.ts";

/** From this version on Proxmox VE reports `physfn` and `virtfns`. */
const REPORTS_VIRTUAL_FUNCTIONS = "9.1.12";

/** A node that could not be read, and why. */
export interface LeftOut {
  readonly node: string;
  /** In a few words. */
  readonly reason: string;
  /** The reason on one line, with what was asked, where, how often, and how to mend it. */
  readonly account: string;
  /** The error instead of an answer; null for a node that was not asked because it is offline. */
  readonly error: ProxmoxError | null;
}

export interface Inventory {
  /** Ordered by node. */
  readonly hosts: readonly Host[];
  readonly leftOut: readonly LeftOut[];
}

/** What the caller needs from the answers. */
export interface InventoryOptions {
  /** The nodes for which it matters whether they can report VFs, because a filter asks for them. Default: none. */
  readonly needsVirtualFunctionsOf?: (node: string) => boolean;
  /** Where the configuration has the wanted name at an index. Default: in `nodes`. */
  readonly named?: (index: number) => Path;
  /** Names beside the wanted ones that must be members too, and where the configuration has them. */
  readonly alsoNamed?: readonly NamedNode[];
  /** Gets the number of nodes that have answered: first 0, then again after each answer. */
  readonly onProgress?: Progress;
}

/** A node's name, and where the configuration has it. */
export interface NamedNode {
  readonly name: string;
  readonly at: Path;
}

/** Gets the progress of a read. */
export type Progress = (answered: number, asked: number) => void;

/**
 * Reads the nodes of a cluster, each at most once for one client.
 * @param wanted names of nodes; null for every member.
 * @throws DiagnosticError for a node that is no member; ProxmoxError for every error except that a node is away.
 */
export async function readInventory(
  client: ProxmoxClient,
  wanted: readonly string[] | null,
  signal: AbortSignal,
  {
    needsVirtualFunctionsOf = () => false,
    named = (index) => path("nodes", index),
    alsoNamed = [],
    onProgress = () => {},
  }: InventoryOptions = {},
): Promise<Inventory> {
  const askedVersion = client.version(signal);
  // Both are asked together. If both are refused, the same one is always told: that of the members.
  askedVersion.catch(() => {});
  const members = await clusterMembers(client, signal);
  const version = await askedVersion;
  const names = members.map(({ name }) => name);
  const ofWanted = (wanted ?? []).map((name, index) => ({ name, at: named(index) }));
  refuseStrangers([...ofWanted, ...alsoNamed], names, client);
  const offline = new Set(members.filter(({ status }) => status === "offline").map(({ name }) => name));
  const asked = names.filter((name) => wanted === null || wanted.includes(name)).sort();
  const up = asked.filter((name) => !offline.has(name)).length;
  let answered = 0;
  onProgress(0, up);
  const answers = await Promise.all(
    asked.map(async (name) => {
      if (offline.has(name)) return offlineNode(name, client);
      const ask = async () => ({ node: name, records: await client.pciDevices(name, signal) });
      const answer = await unlessAway(name, ask);
      onProgress(++answered, up);
      return answer;
    }),
  );
  const listings = devicesOf(answers.filter((answer) => "records" in answer));
  const arranged = await Promise.all(
    listings.map((listing) =>
      unlessAway(listing.node, async () => {
        // With only one member, the version of the cluster's answer is that of the member.
        const matters =
          names.length > 1 &&
          (dependsOnVersion(listing.devices) ||
            (needsVirtualFunctionsOf(listing.node) && !provesReports(listing.devices)));
        const own = matters ? await versionOf(client, listing.node, version, signal) : version;
        const reports = compareVersions(own, REPORTS_VIRTUAL_FUNCTIONS) >= 0;
        return arrangeHost(listing.node, listing.devices, reports);
      }),
    ),
  );
  const hosts = arranged.filter((answer) => "devices" in answer);
  const leftOut = [...answers, ...arranged]
    .filter((answer) => "reason" in answer)
    .sort((a, b) => (a.node < b.node ? -1 : 1));
  // No node answers and connections fail: then the endpoint is away, and nothing is known of any node.
  const lost = leftOut.find(({ error }) => error?.code === "unreachable")?.error;
  if (hosts.length === 0 && lost != null) throw lost;
  return { hosts, leftOut };
}

/** A node that the cluster reports as offline, and that is not asked. */
function offlineNode(node: string, client: ProxmoxClient): LeftOut {
  const reason = "the cluster reports it as offline";
  return { node, reason, account: `${reason} (${listRequest(client)})`, error: null };
}

/** The request for the list of nodes with their states, with the endpoint that answers. */
export function listRequest(client: ProxmoxClient): string {
  return client.requestText("/nodes");
}

async function unlessAway<T>(node: string, ask: () => Promise<T>): Promise<T | LeftOut> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ProxmoxError) || !isAway(error)) throw error;
    return { node, reason: error.problem, account: error.message.replaceAll(/\s*\n\s*/g, " "), error };
  }
}

/** Whether the error means that one node is away, not that the request is wrong. */
function isAway({ code, node }: ProxmoxError): boolean {
  // A member that was never up since it joined has no address yet, so the others do not know its name.
  if (code === "node-offline" || code === "unknown-node") return true;
  return node !== null && (code === "timeout" || code === "unreachable");
}

/**
 * The members, each once. A member that is listed twice is offline only if both entries say so. @throws ProxmoxError
 */
export async function clusterMembers(
  client: ProxmoxClient,
  signal: AbortSignal,
): Promise<readonly NodeSummary[]> {
  const members = new Map<string, NodeSummary>();
  for (const entry of await client.nodes(signal)) {
    const known = members.get(entry.name);
    if (known === undefined || known.status === "offline") members.set(entry.name, entry);
  }
  return [...members.values()];
}

function refuseStrangers(named: readonly NamedNode[], names: readonly string[], client: ProxmoxClient): void {
  const known = new Set(names);
  const errors: Diagnostic[] = [];
  for (const { name, at } of named) {
    if (known.has(name)) continue;
    errors.push(strangerDiagnostic(name, names, client, at));
    // If it is named again, it is the same mistake.
    known.add(name);
  }
  if (errors.length > 0) throw new DiagnosticError(errors);
}

/** The error for a name that no member has, with the member that may be meant. */
export function strangerDiagnostic(
  name: string,
  members: readonly string[],
  client: ProxmoxClient,
  at: Path,
): Diagnostic {
  const sorted = [...new Set(members)].sort();
  const near = nearestNames(name, sorted);
  // If all of several members are near, it is no help to list them: they follow anyway.
  const meant =
    near.length === 0 || (near.length > 1 && near.length === sorted.length)
      ? ""
      : `Is ${enumerated(near, "or")} meant? `;
  const all = `${sorted.length === 1 ? "Its only member is" : "Its members are"} ${enumerated(sorted)}.`;
  return nodeNotFound(`"${name}" is no node of this cluster (${listRequest(client)}). ${meant}${all}`, at);
}

/** The error at a place of the configuration that names no node. */
export function nodeNotFound(detail: string, at: Path): Diagnostic {
  return errorDiagnostic("Node Not Found", detail, at);
}

/** A node's own version. When it answers without one, that of the member that answers for the cluster. */
async function versionOf(
  client: ProxmoxClient,
  node: string,
  clusterVersion: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await client.nodeVersion(node, signal);
  } catch (error) {
    const answered = error instanceof ProxmoxError && error.code !== "cancelled" && !isAway(error);
    if (answered) return clusterVersion;
    throw error;
  }
}

/** The functions of every node that answered, with all names that the cluster knows. */
function devicesOf(
  answers: readonly { readonly node: string; readonly records: readonly PciRecord[] }[],
): readonly { readonly node: string; readonly devices: readonly PciDevice[] }[] {
  const named = fillNames(answers.map(({ records }) => records));
  return answers.map(({ node }, index) => ({ node, devices: devicesFromRecords(node, named[index] ?? []) }));
}

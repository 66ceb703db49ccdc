/** Nodes that could not be read: an error, or a warning about what is missing. */
import type { Diagnostics } from "../framework/diagnostics.ts";
import { path } from "../framework/path.ts";
import { hasKnownName, type PciDevice } from "../pci/device.ts";
import type { ProxmoxClient } from "../proxmox/client.ts";
import { ProxmoxError } from "../proxmox/errors.ts";
import { describeDevice } from "./device-line.ts";
import type { LeftOut } from "./inventory.ts";
import type { Manner } from "./manner.ts";
import { type LostQuorum, lostQuorum } from "./quorum.ts";
import { enumerated, itemised } from "./wording.ts";

/** The most devices without a name that a warning lists. */
const MAX_NAMELESS = 10;

/** The most nodes that are listed with a reason: each takes several lines. */
const MAX_ACCOUNTS = 20;

/** What is used to ask Proxmox, and to report. */
export interface Asking {
  readonly client: ProxmoxClient;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
  readonly manner: Manner;
}

/**
 * Reports the nodes that could not be read, as the configuration wants: as an error or a warning. A member without
 * quorum is always an error.
 * @param selected what was selected on the nodes that were read, or would be if its name were known.
 * @throws ProxmoxError when it would be a warning, and Proxmox does not say whether it has quorum.
 */
export async function reportLeftOut(
  leftOut: readonly LeftOut[],
  policy: "error" | "warn",
  selected: () => readonly PciDevice[],
  { client, diagnostics, signal, manner }: Asking,
): Promise<void> {
  if (leftOut.length === 0) return;
  const lost = policy === "warn" ? await lostQuorum(client, signal) : await lostQuorumIfTold(client, signal);
  if (lost !== null) refuseWithoutQuorum(lost, leftOut, client, diagnostics, manner);
  else if (policy === "error") refuseLeftOut(leftOut, diagnostics);
  else warnOfLeftOut(leftOut, selected(), diagnostics, manner);
}

/** For a read that fails in any case: a second error would only hide the reason. */
async function lostQuorumIfTold(client: ProxmoxClient, signal: AbortSignal): Promise<LostQuorum | null> {
  try {
    return await lostQuorum(client, signal);
  } catch (error) {
    if (error instanceof ProxmoxError && error.code !== "cancelled") return null;
    throw error;
  }
}

/** Adds the error that ends a read because nodes could not be read. */
function refuseLeftOut(leftOut: readonly LeftOut[], diagnostics: Diagnostics): void {
  const slow = leftOut.some(({ error }) => error?.code === "timeout");
  const one = leftOut.length === 1;
  diagnostics.error(
    one ? "Node Cannot Be Read" : "Nodes Cannot Be Read",
    `Without its answer nobody knows what a node has:${listed(leftOut)}\nBring it back, name the others in nodes, or set ` +
      'unreachable_nodes = "warn" to go on without it. ' +
      (slow ? "A node that is only slow needs more time: timeout in the provider's configuration. " : "") +
      "Mind that mappings made with for_each for the devices of a node that is not read are planned for destruction.",
  );
}

/** Adds the error for a member without quorum: what it says of other nodes cannot be relied on. */
function refuseWithoutQuorum(
  { member, cluster }: LostQuorum,
  leftOut: readonly LeftOut[],
  client: ProxmoxClient,
  diagnostics: Diagnostics,
  { argument, setting, configures }: Manner,
): void {
  const who = member ?? "The member that answers";
  const alone =
    member === null ? "" : ` Read alone, with ${setting("nodes", [member])}, it answers for itself.`;
  diagnostics.error(
    "Cluster Without Quorum",
    `${who} has no quorum in the cluster ${cluster} (${client.requestText("/cluster/status")}): it is cut off, knows ` +
      `nothing of the other members, and takes them for offline. So none is left out on its word:${listed(leftOut)}\nMend the connection between the members ` +
      '("pvecm status" on each tells who sees whom), or set ' +
      `${configures ? "the endpoint of the provider" : argument("endpoints")} to a member that has quorum.${alone}` +
      (configures
        ? " Mind that mappings made with for_each for the devices of a node that is not read are planned for destruction."
        : ""),
  );
}

/** Adds the warning of a read that continues without nodes. */
function warnOfLeftOut(
  leftOut: readonly LeftOut[],
  selected: readonly PciDevice[],
  diagnostics: Diagnostics,
  { argument, configures }: Manner,
): void {
  const nodes = enumerated(leftOut.map(({ node }) => node));
  const nameless = selected.filter((device) => !hasKnownName(device));
  diagnostics.warning(
    leftOut.length === 1 ? "Node Left Out" : "Nodes Left Out",
    `The results say nothing of what could not be read:${listed(leftOut)}${
      configures
        ? "\nMind that mappings made with for_each for the devices of a node that is left out would now be planned for " +
          "destruction, and that its lines leave pools and every mapping made with map = gpus."
        : ""
    }` +
      `${
        nameless.length === 0
          ? ""
          : `\nNames come from all nodes, and without ${nodes} nobody knows these: comments change, and ${argument("name_regex")} may ` +
            `miss them:${itemised(nameless.map(describeDevice), MAX_NAMELESS)}`
      }`,
    path("unreachable_nodes"),
  );
}

/** Each node on a line, with what was asked, how often, and how to mend it. */
function listed(leftOut: readonly LeftOut[]): string {
  return itemised(
    leftOut.map(({ node, account }) => `${node}: ${account}`),
    MAX_ACCOUNTS,
  );
}

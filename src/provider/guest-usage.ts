/** Which guests use which devices: read from their configurations, with a warning for everything that stays hidden. */
import type { Diagnostics } from "../framework/diagnostics.ts";
import type { Guest } from "../pci/guest.ts";
import type { Host } from "../pci/host.ts";
import { CURRENT_CHECK, type MappingCheck } from "../pci/mapping-check.ts";
import { Coverage, type LinedMapping } from "../pci/usage/coverage.ts";
import { namedMappings, takesDevices } from "../pci/usage/entry.ts";
import type { GuestSummary, PendingEntry, Permissions } from "../proxmox/answers/responses.ts";
import type { ProxmoxClient } from "../proxmox/client.ts";
import { ProxmoxError } from "../proxmox/errors.ts";
import { grantedBelow, permissionsOver } from "./granted.ts";
import { seesMapping } from "./hidden-mappings.ts";
import { checkOfVersion } from "./mapping-check-release.ts";
import { readMappings } from "./mapping-list.ts";
import {
  type Gap,
  HIDDEN_GUESTS,
  hiddenMappings,
  olderNodes,
  tooMuch,
  unreadable,
  untraceable,
  versionsOf,
  warnOfGaps,
} from "./usage-gaps.ts";

/** The virtual machines of some hosts, including templates, and the mappings that they may name. */
export interface Usage {
  readonly guests: readonly Guest[];
  readonly coverage: Coverage;
  /** Mappings that guests name and that do not exist. */
  readonly missing: ReadonlySet<string>;
  /** What may hide other users of devices. */
  readonly gaps: readonly Gap[];
  /** What the Proxmox of a node compares when one of the guests starts there. */
  readonly checkOf: (node: string) => MappingCheck;
}

/** What the cluster says of all its guests together. */
export interface GuestList {
  readonly summaries: readonly GuestSummary[];
  readonly permissions: Permissions;
  readonly mappings: readonly LinedMapping[];
}

/** Asks for all guests and mappings that may be seen. @throws ProxmoxError */
export async function readGuestList(client: ProxmoxClient, signal: AbortSignal): Promise<GuestList> {
  const [summaries, permissions, mappings] = await Promise.all([
    client.guests(signal),
    permissionsOver(client, GUESTS, signal),
    readMappings(client, signal),
  ]);
  return { summaries, permissions, mappings: mappings ?? [] };
}

/**
 * Reads the configurations of the VMs on the given hosts, both current and pending.
 * @param accepts whether the configuration silences the warnings of a word.
 * @throws ProxmoxError when nothing at all can be said.
 */
export async function readUsage(
  client: ProxmoxClient,
  { summaries, permissions, mappings }: GuestList,
  hosts: readonly Host[],
  accepts: (word: "usage_incomplete") => boolean,
  diagnostics: Diagnostics,
  signal: AbortSignal,
): Promise<Usage> {
  const nodes = new Set(hosts.map(({ node }) => node));
  // Containers cannot have hostpci entries.
  const vms = summaries
    .filter(({ type, node }) => type === "qemu" && nodes.has(node))
    .toSorted((a, b) => a.vmid - b.vmid);
  const ofVms = [...new Set(vms.map(({ node }) => node))].sort();
  const room = { characters: MAX_ENTRIES_CHARACTERS };
  const [answers, versions] = await Promise.all([
    Promise.all(vms.map((vm) => readGuest(client, vm, nodes, room, signal))),
    versionsOf(client, ofVms, signal),
  ]);
  const guests = answers.filter((answer) => answer !== null && "entries" in answer);
  const unread = answers.filter((answer) => answer !== null && "what" in answer);
  const coverage = new Coverage(mappings, hosts);
  const unknown = namedMappings(guests).filter((name) => coverage.mapping(name) === undefined);
  const visible = await Promise.all(unknown.map((name) => seesMapping(client, name, signal)));
  const gaps = [
    ...(grantedBelow(permissions, GUESTS, AUDIT_GUESTS) ? [] : [HIDDEN_GUESTS]),
    ...unread,
    ...(await olderNodes(client, versions, signal)),
    ...hiddenMappings(
      unknown.filter((_, index) => visible[index] === false),
      guests,
    ),
    ...untraceable(guests),
  ];
  if (!accepts("usage_incomplete")) warnOfGaps(gaps, diagnostics);
  return {
    guests,
    coverage,
    missing: new Set(unknown.filter((_, index) => visible[index] === true)),
    gaps,
    checkOf: (node) => {
      const version = versions.get(node);
      return version === undefined ? CURRENT_CHECK : checkOfVersion(version);
    },
  };
}

const GUESTS = "/vms";
const AUDIT_GUESTS = ["VM.Audit"];

/**
 * For the entries of all guests together, which are kept until all are read: ten thousand guests with one card each have 1 MB.
 */
const MAX_ENTRIES_CHARACTERS = 32 * 1024 * 1024;

/** A guest's configuration; null when the guest is no longer on the nodes. */
async function readGuest(
  client: ProxmoxClient,
  { vmid, type, node, name, template, running }: GuestSummary,
  nodes: ReadonlySet<string>,
  room: { characters: number },
  signal: AbortSignal,
): Promise<Guest | Gap | null> {
  try {
    const entries = await client.guestPending(node, type, vmid, signal);
    const taking = entries.filter(({ key }) => takesDevices(key));
    const characters = lengthOf(taking);
    if (characters > room.characters) return tooMuch(vmid, name, node);
    room.characters -= characters;
    return { vmid, type, node, name, template, running, entries: taking };
  } catch (error) {
    if (!(error instanceof ProxmoxError) || error.code === "cancelled" || error.code === "unauthorized")
      throw error;
    if (error.code === "not-found") {
      // Guests may be moved and removed at any time.
      const now = (await client.guests(signal, true)).find(
        (guest) => guest.vmid === vmid && guest.type === type,
      );
      if (now === undefined) return null;
      if (now.node !== node) return nodes.has(now.node) ? readGuest(client, now, nodes, room, signal) : null;
    }
    return unreadable(vmid, name, node, error);
  }
}

function lengthOf(entries: readonly PendingEntry[]): number {
  return entries.reduce((sum, { value, pending }) => sum + (value?.length ?? 0) + (pending?.length ?? 0), 0);
}

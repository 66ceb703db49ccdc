/** Why the users of some devices may not be known. */
import type { Diagnostics } from "../framework/diagnostics.ts";
import { path } from "../framework/path.ts";
import type { Guest } from "../pci/guest.ts";
import { isUntraceable, targetsOf } from "../pci/usage/entry.ts";
import type { UsageGap } from "../pci/usage.ts";
import { compareVersions } from "../proxmox/answers/version.ts";
import type { ProxmoxClient } from "../proxmox/client.ts";
import type { ProxmoxError } from "../proxmox/errors.ts";
import { nameGuest } from "./guest-line.ts";
import { nodeVersion } from "./node-version.ts";
import { enumerated, itemised } from "./wording.ts";

/** Something that hides uses of devices. */
export interface Gap {
  readonly what: string;
  /** Whether a privilege would help. */
  readonly grantable: boolean;
  /** The devices whose users it may hide. */
  readonly of: readonly UsageGap[];
}

/** What helps against gaps that are grantable. */
export const GRANT_WHAT_IS_MISSING =
  "Grant the token and its user what is missing, on the paths named here; the role PVEAuditor has all of it.";

/** Warns of what hides uses of devices. */
export function warnOfGaps(gaps: readonly Gap[], diagnostics: Diagnostics): void {
  if (gaps.length === 0) return;
  const advice = gaps.some(({ grantable }) => grantable) ? `\n${GRANT_WHAT_IS_MISSING}` : "";
  diagnostics.warning(
    "Usage May Be Incomplete",
    `Where no guest is known to use a device, used_by is null, for one may use it all the same:${itemised(gaps.map(({ what }) => what))}${advice}`,
    path("include_usage"),
  );
}

/** Guests may be hidden on every node. */
export const HIDDEN_GUESTS: Gap = {
  what: "Proxmox says nothing of guests for which VM.Audit is missing; here it is not granted on /vms and all below",
  grantable: true,
  of: [{ node: null, mediatedOnly: false }],
};

/** Mappings that guests name and that may exist, unseen. */
export function hiddenMappings(names: readonly string[], guests: readonly Guest[]): readonly Gap[] {
  if (names.length === 0) return [];
  const them =
    names.length === 1
      ? `the mapping ${names[0]} does not exist or is hidden`
      : `the mappings ${enumerated(names)} do not exist or are hidden`;
  const nodes = guests.filter((guest) => namesAny(guest, names)).map(({ node }) => node);
  return [
    {
      what: `${them}: Mapping.Audit on /mapping/pci is missing`,
      grantable: true,
      of: [...new Set(nodes)].map((node) => ({ node, mediatedOnly: false })),
    },
  ];
}

function namesAny({ entries }: Guest, names: readonly string[]): boolean {
  return entries.some(({ key, value, pending }) =>
    [value, pending].some(
      (text) =>
        text !== null &&
        targetsOf(key, text).some(({ mapping }) => mapping !== null && names.includes(mapping)),
    ),
  );
}

/** A guest whose configuration cannot be read. */
export function unreadable(vmid: number, name: string | null, node: string, error: ProxmoxError): Gap {
  return {
    what: `${nameGuest({ vmid, name })} on ${node}: ${error.problem}`,
    grantable: error.code === "forbidden",
    of: [{ node, mediatedOnly: false }],
  };
}

/** A guest whose entries are too large together with those of earlier guests. */
export function tooMuch(vmid: number, name: string | null, node: string): Gap {
  return {
    what: `${nameGuest({ vmid, name })} on ${node}: what the guests say of their devices is too much together. That is no list of devices: look at their hostpci entries and args`,
    grantable: false,
    of: [{ node, mediatedOnly: false }],
  };
}

/** Guests with mediated devices whose parent devices cannot be told. */
export function untraceable(guests: readonly Guest[]): readonly Gap[] {
  return guests
    .filter(({ entries }) =>
      entries.some(({ key, value, pending }) =>
        [value, pending].some((text) => text !== null && isUntraceable(key, text)),
      ),
    )
    .map(({ vmid, name, node }) => ({
      what:
        `${nameGuest({ vmid, name })} on ${node} takes a mediated device by its UUID alone (args), ` +
        "which does not say of which device it is",
      grantable: false,
      of: [{ node, mediatedOnly: true }],
    }));
}

/**
 * The nodes with Proxmox VE 7 while another member has a newer version. Mappings may exist then, and version 7 omits
 * entries that name one when it describes a guest.
 * @param versions the versions of the guests' nodes.
 */
export async function olderNodes(
  client: ProxmoxClient,
  versions: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<readonly Gap[]> {
  const older = [...versions].flatMap(([node, version]) => (isOlder(version) ? [node] : []));
  if (older.length === 0 || !(await isAnyNewer(client, versions, signal))) return [];
  return [
    {
      what: `Proxmox VE 7 on ${enumerated(older)} leaves devices that are mapped out of the configurations of guests`,
      grantable: false,
      of: older.map((node) => ({ node, mediatedOnly: false })),
    },
  ];
}

async function isAnyNewer(
  client: ProxmoxClient,
  versions: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<boolean> {
  if (!versions.values().every(isOlder)) return true;
  const members = await client.nodes(signal);
  const others = members.filter(({ name, status }) => status !== "offline" && !versions.has(name));
  const theirs = await versionsOf(
    client,
    others.map(({ name }) => name),
    signal,
  );
  return !theirs.values().every(isOlder);
}

function isOlder(version: string): boolean {
  return compareVersions(version, "8.0~") < 0;
}

/** The versions of nodes. For a host without a cluster, the API's own version is enough. */
export async function versionsOf(
  client: ProxmoxClient,
  nodes: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const members = await client.nodes(signal);
  const versions = await Promise.all(
    nodes.map(async (node): Promise<[string, string]> => {
      const version = members.length === 1 ? client.version(signal) : nodeVersion(client, node, signal);
      return [node, await version];
    }),
  );
  return new Map(versions);
}

/** A hardware file that is edited while its cluster is served: what a screwdriver, a firmware and a restart do. */
import { isDeepStrictEqual } from "node:util";
import type { Cluster, ClusterNode } from "./cluster.ts";
import {
  clusterName,
  type Hardware,
  hardwareCluster,
  mappingOf,
  memberNames,
  memberOf,
} from "./hardware-file.ts";
import { addGuests } from "./hardware-guests.ts";

/**
 * Makes a cluster what the file says now. What the edit does not touch stays: mappings and guests that were made
 * meanwhile, and those of the file that were changed meanwhile.
 *
 * @param before What the file said until now.
 * @returns What has changed, in words.
 * @throws {Error} When it cannot be; then nothing has changed.
 */
export function applyEdit(cluster: Cluster, before: Hardware, after: Hardware): string[] {
  // What no cluster can be made of is told before anything has changed.
  hardwareCluster(after);
  const names = memberNames(after);
  const gone = [...cluster.nodes.keys()].filter((name) => !names.includes(name));
  // Guests that the edit takes away are no hindrance.
  const kept = new Set((after.guests ?? []).map(({ vmid }) => vmid));
  const removed = (before.guests ?? []).filter(({ vmid }) => !kept.has(vmid)).map(({ vmid }) => vmid);
  const stranded = [...cluster.guests.values()].find(
    ({ vmid, node }) => gone.includes(node) && !removed.includes(vmid),
  );
  if (stranded !== undefined) {
    throw new Error(`"nodes" has no ${JSON.stringify(stranded.node)}, where guest ${stranded.vmid} is`);
  }
  return [
    ...editRelease(cluster, before, after),
    ...editMembers(cluster, before, after, gone),
    ...editMappings(cluster, before, after),
    ...editGuests(cluster, before, after),
  ];
}

function editRelease(cluster: Cluster, before: Hardware, after: Hardware): string[] {
  cluster.quorate = after.quorate ?? null;
  cluster.version = after.version;
  if (isDeepStrictEqual([before.version, before.quorate], [after.version, after.quorate])) return [];
  return ["the cluster"];
}

function editMembers(cluster: Cluster, before: Hardware, after: Hardware, gone: readonly string[]): string[] {
  const changed: string[] = [];
  for (const name of memberNames(after)) {
    const member = cluster.nodes.get(name);
    if (member === undefined) {
      const id = Math.max(0, ...[...cluster.nodes.values()].map((one) => one.id)) + 1;
      cluster.nodes.set(name, memberOf(after, name, id));
      changed.push(`node ${name} is new`);
    } else if (!isDeepStrictEqual(memberOf(before, name, 1), memberOf(after, name, 1))) {
      editMember(member, memberOf(after, name, member.id));
      changed.push(`node ${name}`);
    }
  }
  for (const name of gone) {
    cluster.nodes.delete(name);
    changed.push(`node ${name} is gone`);
  }
  cluster.name = clusterName(cluster.nodes.size);
  return changed;
}

function editMember(member: ClusterNode, now: ClusterNode): void {
  const { version, entry, staticInfo, hardware } = now;
  Object.assign(member, { entry, staticInfo, hardware });
  if (version === undefined) delete member.version;
  else member.version = version;
  member.mediatedTypes.clear();
  for (const [device, types] of now.mediatedTypes) member.mediatedTypes.set(device, types);
  member.usedByHost.clear();
  for (const device of now.usedByHost) member.usedByHost.add(device);
}

function editMappings(cluster: Cluster, before: Hardware, after: Hardware): string[] {
  const { changed, removed } = difference(before.mappings ?? [], after.mappings ?? [], ({ id }) =>
    String(id),
  );
  for (const entry of changed) cluster.mappings.set(String(entry["id"]), mappingOf(entry));
  for (const entry of removed) cluster.mappings.delete(String(entry["id"]));
  if (changed.length + removed.length > 0) cluster.mappingDigest = null;
  return [...changed, ...removed].map(({ id }) => `mapping ${String(id)}`);
}

function editGuests(cluster: Cluster, before: Hardware, after: Hardware): string[] {
  const { changed, removed } = difference(before.guests ?? [], after.guests ?? [], ({ vmid }) =>
    String(vmid),
  );
  for (const { vmid } of [...changed, ...removed]) cluster.guests.delete(vmid);
  addGuests(cluster, changed);
  return [...changed, ...removed].map(({ vmid }) => `guest ${vmid}`);
}

/** What of a list is new or other than before, and what is not there any more. */
function difference<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (one: T) => string,
): { changed: T[]; removed: T[] } {
  const old = new Map(before.map((one) => [keyOf(one), one]));
  const now = new Set(after.map(keyOf));
  return {
    changed: after.filter((one) => !isDeepStrictEqual(old.get(keyOf(one)), one)),
    removed: before.filter((one) => !now.has(keyOf(one))),
  };
}

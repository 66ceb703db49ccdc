import type { Cluster, RawGuest } from "./cluster.ts";
import { versionOf } from "./cluster.ts";
import { linesOf } from "./mapping-line.ts";
import { means } from "./place.ts";
import type { User } from "./result.ts";

/** What one `hostpciN` or the `args` of a guest ask for: addresses of its own, or a mapping. */
export interface Wish {
  addresses: string[];
  mapping: string | null;
}

/** Reads a `hostpciN` value; null when there is none. */
export function wishOf(value: string | number | undefined): Wish | null {
  if (value === undefined) return null;
  const wish: Wish = { addresses: [], mapping: null };
  for (const property of String(value).split(",")) {
    const at = property.indexOf("=");
    const [key, text] = at < 0 ? ["host", property] : [property.slice(0, at), property.slice(at + 1)];
    if (key === "mapping") wish.mapping = text;
    if (key === "host" && text !== "") wish.addresses = text.split(";");
  }
  return wish;
}

/** Reads what a guest takes with `-device vfio-pci,host=…`. */
function wishOfArgs(value: string | number | undefined): Wish | null {
  if (value === undefined) return null;
  const devices = String(value).match(/vfio-pci\b[^\s]*/g) ?? [];
  const addresses = devices.flatMap((device) => /[,]host=([0-9a-fA-F:.]+)/.exec(device)?.[1] ?? []);
  return { addresses, mapping: null };
}

/** The addresses that a wish covers on a node; a mapping covers whatever its lines for that node name. */
function addressesOf(wish: Wish, node: string, cluster: Cluster): string[] {
  const mapping = (cluster.mappings ?? []).find(({ id }) => id === wish.mapping);
  const lines = mapping === undefined ? [] : linesOf(mapping).filter((line) => line.node === node);
  return [...wish.addresses, ...lines.flatMap(({ path }) => path.split(";"))];
}

/** The entries of a guest that may name devices, as they are now and from the next start on. */
function entriesOf(guest: RawGuest): { key: string; now: Wish | null; next: Wish | null }[] {
  return guest.pending
    .filter(({ key }) => key === "args" || /^hostpci([0-9]|1[0-5])$/.test(key))
    .map(({ key, value, pending }) => {
      const read = key === "args" ? wishOfArgs : wishOf;
      return { key, now: read(value), next: read(pending) };
    });
}

/** Whether users of a node's devices may be unseen, so that no user is not the same as unused. */
export function isIncomplete(cluster: Cluster, node: string): boolean {
  const [major = 0] = versionOf(cluster, node).split(".").map(Number);
  if (cluster.seesGuests === false) return true;
  // PVE 7 leaves out of its answers what names a mapping; where all members are of 7, there are none.
  if (major < 8 && cluster.nodes.some((other) => !versionOf(cluster, other.node).startsWith("7.")))
    return true;
  if (cluster.seesMappings !== false) return false;
  const visible = (cluster.mappings ?? []).map(({ id }) => id);
  return (cluster.guests ?? [])
    .filter((guest) => guest.node === node)
    .flatMap(entriesOf)
    .flatMap(({ now, next }) => [now?.mapping ?? null, next?.mapping ?? null])
    .some((mapping) => mapping !== null && !visible.includes(mapping));
}

/** Every guest whose configuration covers the function, now or from its next start on; null when nobody can say. */
export function usersOf(node: string, path: string, cluster: Cluster): User[] | null {
  const users: User[] = [];
  for (const guest of (cluster.guests ?? []).filter((one) => one.node === node)) {
    for (const { key, now, next } of entriesOf(guest)) {
      const covers = (wish: Wish | null): wish is Wish =>
        wish !== null && addressesOf(wish, node, cluster).some((address) => means(address, path));
      const covering = covers(now) ? now : next;
      if (!covers(covering)) continue;
      users.push({
        vmid: guest.vmid,
        type: guest.type,
        node,
        name: guest.name ?? null,
        running: guest.status === "running",
        template: guest.template === 1,
        hostpci: key,
        mapping: covering.mapping,
        pending: covering !== now,
      });
    }
  }
  if (users.length === 0 && isIncomplete(cluster, node)) return null;
  return users.sort(byGuest);
}

/** The users of any of the functions; null when there is none and of one nobody can say. */
export function usersOfAny(node: string, paths: string[], cluster: Cluster): User[] | null {
  const each = paths.map((path) => usersOf(node, path, cluster));
  const users: User[] = [];
  for (const user of each.flatMap((list) => list ?? [])) {
    const same = users.findIndex(({ vmid, hostpci }) => vmid === user.vmid && hostpci === user.hostpci);
    if (same < 0) users.push(user);
    else if (users[same]?.pending === true && !user.pending) users[same] = user;
  }
  if (users.length === 0 && each.includes(null)) return null;
  return users.sort(byGuest);
}

const entryNumber = (key: string): number => (key === "args" ? 16 : Number(key.slice("hostpci".length)));

const byGuest = (a: User, b: User): number =>
  a.vmid - b.vmid || entryNumber(a.hostpci) - entryNumber(b.hostpci);

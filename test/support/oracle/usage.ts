import type { Cluster } from "./cluster.ts";
import { place } from "./hardware.ts";
import type { User } from "./result.ts";

/** Whether `written`, one address or slot, means the function at `path`. */
function means(written: string, path: string): boolean {
  const a = place(written);
  const b = place(path);
  const slot = a.domain === b.domain && a.bus === b.bus && a.slot === b.slot;
  return slot && (a.fn === null || a.fn === b.fn);
}

/** Whether a `hostpciN` value covers a function, and by which mapping. */
function covers(
  value: string | number | undefined,
  node: string,
  path: string,
  cluster: Cluster,
): { mapping: string | null } | null {
  const properties = String(value ?? "").split(",");
  for (const property of properties) {
    const [key, text] = property.includes("=") ? property.split("=", 2) : ["host", property];
    if (key === "mapping") {
      const mapping = (cluster.mappings ?? []).find((candidate) => candidate.id === text);
      const lines = (mapping?.map ?? []).map((line) => new Map(line.split(",").map((p) => pair(p))));
      const mine = lines.filter((line) => line.get("node") === node);
      if (mine.some((line) => (line.get("path") ?? "").split(";").some((one) => means(one, path)))) {
        return { mapping: text ?? null };
      }
    }
    if (key === "host" && (text ?? "") !== "" && (text ?? "").split(";").some((one) => means(one, path))) {
      return { mapping: null };
    }
  }
  return null;
}

function pair(property: string): [string, string] {
  const at = property.indexOf("=");
  return [property.slice(0, at), property.slice(at + 1)];
}

const number = (hostpci: string): number => Number(hostpci.slice("hostpci".length));

/** Every guest whose configuration covers one of the functions, now or from its next start on. */
export function usersOf(node: string, paths: string[], cluster: Cluster): User[] {
  const users: User[] = [];
  for (const guest of cluster.guests ?? []) {
    if (guest.node !== node) {
      continue;
    }
    for (const entry of guest.pending.filter((one) => /^hostpci[0-9]+$/.test(one.key))) {
      const now = paths.map((path) => covers(entry.value, node, path, cluster)).find((c) => c !== null);
      const next = paths.map((path) => covers(entry.pending, node, path, cluster)).find((c) => c !== null);
      const cover = now ?? next;
      if (cover !== undefined && cover !== null) {
        users.push({
          vmid: guest.vmid,
          type: guest.type,
          node,
          name: guest.name ?? null,
          hostpci: entry.key,
          mapping: cover.mapping,
          pending: now === undefined,
        });
      }
    }
  }
  return users.sort((a, b) => a.vmid - b.vmid || number(a.hostpci) - number(b.hostpci));
}

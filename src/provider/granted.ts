/** What `GET /access/permissions` says of a path and all below it. */
import type { Permissions } from "../proxmox/responses.ts";

/**
 * Whether one of the privileges holds at a path and everywhere below it: it has to be handed down there, and no path
 * below may have permissions of its own without it.
 */
export function grantedBelow(permissions: Permissions, root: string, privileges: readonly string[]): boolean {
  const handedDown = nearestAbove(permissions, root);
  if (!privileges.some((privilege) => handedDown?.get(privilege) === true)) return false;
  return [...permissions]
    .filter(([at]) => at.startsWith(`${root}/`))
    .every(([, granted]) => privileges.some((privilege) => granted.has(privilege)));
}

/** Permissions of the path or, where it has none of its own, of the nearest path above that has. */
function nearestAbove(permissions: Permissions, at: string): ReadonlyMap<string, boolean> | undefined {
  const own = permissions.get(at);
  if (own !== undefined || at === "/") return own;
  const parent = at.slice(0, at.lastIndexOf("/"));
  return nearestAbove(permissions, parent === "" ? "/" : parent);
}

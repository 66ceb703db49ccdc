/** What `GET /access/permissions` says of a path and everything below it. */

import type { Permissions } from "../proxmox/answers/responses.ts";
import type { ProxmoxClient } from "../proxmox/client.ts";

/**
 * The permissions, including those that hold at one path itself. The list of all paths omits those where nothing is
 * granted, such as with the role NoAccess. They would then seem to have the permissions from above. Source:
 * pve-access-control `src/PVE/RPCEnvironment.pm`, get_effective_permissions.
 */
export async function permissionsOver(
  client: ProxmoxClient,
  root: string,
  signal: AbortSignal,
): Promise<Permissions> {
  const [all, own] = await Promise.all([client.permissions(signal), client.permissions(signal, root)]);
  return new Map([...all, [root, own.get(root) ?? new Map<string, boolean>()]]);
}

/** Whether one of the privileges holds at a path itself. */
export async function isGrantedAt(
  client: ProxmoxClient,
  at: string,
  privileges: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  return grantedAt(await client.permissions(signal, at), at, privileges);
}

/** The same of permissions that were read. */
export function grantedAt(permissions: Permissions, at: string, privileges: readonly string[]): boolean {
  const granted = permissions.get(at);
  return privileges.some((privilege) => granted?.has(privilege) === true);
}

/**
 * Whether one of the privileges holds at a path and everywhere below it. It has to propagate, and no path below may
 * have permissions of its own without it.
 * @param permissions those of `permissionsOver` the path.
 */
export function grantedBelow(permissions: Permissions, root: string, privileges: readonly string[]): boolean {
  const handedDown = permissions.get(root);
  if (!privileges.some((privilege) => handedDown?.get(privilege) === true)) return false;
  return [...permissions]
    .filter(([at]) => at.startsWith(`${root}/`))
    .every(([, granted]) => privileges.some((privilege) => granted.has(privilege)));
}

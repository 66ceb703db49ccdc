import { createHash } from "node:crypto";
import { type ApiMethod, type Call, requireAny, toPathNode } from "../api.ts";
import type { Guest, GuestValue } from "../cluster.ts";
import type { JsonObject } from "../json.ts";
import { nodeParameter, requiredParameter, textParameter, vmidParameter } from "../parameters.ts";
import { ProxmoxError } from "../proxmox-error.ts";

const auditGuest = requireAny("/vms/{vmid}", ["VM.Audit"]);

/** `config` and `pending` of virtual machines and containers. */
export const guestEndpoints: readonly ApiMethod[] = (["qemu", "lxc"] as const).flatMap((type) => [
  {
    method: "GET" as const,
    path: `/nodes/{node}/${type}/{vmid}/config`,
    parameters: {
      node: nodeParameter,
      vmid: vmidParameter,
      current: { type: "boolean", optional: true } as const,
      snapshot: { type: "string", optional: true } as const,
    },
    permission: auditGuest,
    proxyTo: toPathNode,
    run: (call: Call) => guestConfig(call, type),
  },
  {
    method: "GET" as const,
    path: `/nodes/{node}/${type}/{vmid}/pending`,
    parameters: { node: nodeParameter, vmid: vmidParameter },
    permission: auditGuest,
    proxyTo: toPathNode,
    run: (call: Call) => pendingConfig(call, type),
  },
]);

/** A guest of the kind and node that the path names. */
export function guestOf({ cluster, parameters, node }: Call, type: Guest["type"]): Guest {
  const vmid = Number(requiredParameter(parameters, "vmid"));
  const guest = cluster.guests.get(vmid);
  if (guest === undefined || guest.type !== type || guest.node !== node) {
    const file = type === "qemu" ? "qemu-server" : "lxc";
    throw new ProxmoxError(500, `Configuration file 'nodes/${node}/${file}/${vmid}.conf' does not exist\n`);
  }
  return guest;
}

/** The future of a guest, or with `current=1` its present. */
function guestConfig(call: Call, type: Guest["type"]): JsonObject {
  const guest = guestOf(call, type);
  const values = new Map(visible(call, guest.config));
  if (textParameter(call.parameters, "current") !== "1") {
    for (const [key, value] of visible(call, guest.pending)) values.set(key, value);
    for (const key of guest.deleting.keys()) values.delete(key);
  }
  return { ...Object.fromEntries(values), digest: guestDigest(guest) };
}

function pendingConfig(call: Call, type: Guest["type"]): JsonObject[] {
  const guest = guestOf(call, type);
  const config = new Map<string, GuestValue>([
    ...visible(call, guest.config),
    ["digest", guestDigest(guest)],
  ]);
  const pending = new Map(visible(call, guest.pending));
  const items = [...config].map(([key, value]) => ({
    key,
    value,
    ...(pending.has(key) ? { pending: pending.get(key) ?? null } : {}),
    ...(guest.deleting.has(key) ? { delete: guest.deleting.get(key) ?? null } : {}),
  }));
  const added = [...pending]
    .filter(([key]) => !config.has(key))
    .map(([key, value]) => ({ key, pending: value }));
  const removed = [...guest.deleting]
    .filter(([key]) => !config.has(key))
    .map(([key, force]) => ({ key, delete: force }));
  return call.random.shuffle<JsonObject>([...items, ...added, ...removed]);
}

/** Releases without mappings drop a `hostpci` that names one, and have `memory` as a number. */
function visible({ release }: Call, values: ReadonlyMap<string, GuestValue>): [string, GuestValue][] {
  const entries = [...values];
  if (release.mappings) return entries;
  return entries
    .filter(([key, value]) => !(/^hostpci\d+$/.test(key) && /(^|,)mapping=/.test(String(value))))
    .map(([key, value]) => [key, key === "memory" ? Number(value) : value]);
}

/** SHA-1 of the guest's configuration: as recorded, or computed when nothing was. */
export function guestDigest(guest: Guest): string {
  if (guest.digest !== null) return guest.digest;
  return createHash("sha1")
    .update(JSON.stringify([...guest.config]))
    .digest("hex");
}

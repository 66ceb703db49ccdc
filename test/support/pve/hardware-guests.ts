import { type Cluster, capabilitiesOfNode, type Guest, type GuestValue } from "./cluster.ts";
import { resolveHostPci } from "./hostpci.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { TaskError } from "./task.ts";
import type { Capabilities } from "./version.ts";

/**
 * A guest of a hardware file: `vmid` and `node`, whether it is `running`, `type` (`qemu` unless it says `lxc`), what is
 * `pending` (option → value) and what the next start deletes (`delete`, a list of options). Everything else is its
 * configuration, `args` and raw addresses included, which only root could set.
 */
export type GuestRecord = JsonObject & { readonly vmid: number; readonly node: string };

/** What is wrong with the guests of a hardware file, or null. */
export function guestsProblem(guests: unknown, members: readonly string[]): string | null {
  if (!Array.isArray(guests)) return '"guests" must be a list of guests';
  const numbers = new Set<unknown>();
  for (const [index, guest] of guests.entries()) {
    const problem = guestProblem(guest, members);
    if (problem !== null) return `"guests"[${index}] ${problem}`;
    const vmid: unknown = isJsonObject(guest) ? guest["vmid"] : null;
    if (numbers.has(vmid)) return `"guests"[${index}] has the "vmid" ${String(vmid)} of another guest`;
    numbers.add(vmid);
  }
  return null;
}

const isValue = (value: unknown): value is GuestValue =>
  typeof value === "string" || typeof value === "number";

function guestProblem(guest: unknown, members: readonly string[]): string | null {
  if (!isJsonObject(guest)) return "must be a JSON object";
  const { vmid, node, type = "qemu", running = false, pending = {}, delete: deleted = [], ...config } = guest;
  if (!Number.isInteger(vmid) || Number(vmid) < 100) return 'must have a "vmid" from 100 on';
  if (typeof node !== "string") return 'must have the "node" that it is on';
  if (!members.includes(node)) return `is on "node" ${JSON.stringify(node)}, which is not among "nodes"`;
  if (type !== "qemu" && type !== "lxc") return '"type" must be "qemu" or "lxc"';
  if (typeof running !== "boolean") return '"running" must be true or false';
  if (!isJsonObject(pending) || !Object.values(pending).every(isValue)) {
    return '"pending" must give options their values, as text or number';
  }
  if (!Array.isArray(deleted) || !deleted.every((key) => typeof key === "string")) {
    return '"delete" must be a list of options';
  }
  const wrong = Object.keys(config).find((key) => !isValue(config[key]));
  return wrong === undefined ? null : `${JSON.stringify(wrong)} must be text or a number`;
}

/** Puts the guests of a hardware file into its cluster. Those that run hold what their entries name. */
export function addGuests(cluster: Cluster, guests: readonly GuestRecord[]): void {
  for (const record of guests) {
    const guest = guestOf(record);
    cluster.guests.set(guest.vmid, guest);
    if (guest.running) guest.devices = heldDevices(cluster, guest);
  }
}

function guestOf(record: GuestRecord): Guest {
  const { vmid, node, type, running, pending, delete: deleted, ...config } = record;
  const values = (from: Json | undefined): Map<string, GuestValue> =>
    new Map(Object.entries(isJsonObject(from) ? from : {}) as [string, GuestValue][]);
  return {
    vmid,
    type: type === "lxc" ? "lxc" : "qemu",
    node,
    digest: null,
    resource: {},
    running: running === true,
    devices: [],
    config: values(config),
    pending: values(pending),
    deleting: new Map((Array.isArray(deleted) ? deleted : []).map((key) => [String(key), 1])),
  };
}

/**
 * What a guest that runs already got at its start: of every entry the first set of devices that nobody else holds. An
 * entry that would not do any more has nothing: it may have been changed since.
 */
function heldDevices(cluster: Cluster, guest: Guest): string[] {
  const release = capabilitiesOfNode(cluster, guest.node);
  const taken = new Set(
    [...cluster.guests.values()].filter(({ node }) => node === guest.node).flatMap(({ devices }) => devices),
  );
  for (const [key, value] of guest.config) {
    if (!/^hostpci\d+$/.test(key)) continue;
    for (const id of freeDevices(cluster, release, guest.node, String(value), taken)) taken.add(id);
  }
  const others = [...cluster.guests.values()].filter((other) => other !== guest && other.node === guest.node);
  return [...taken].filter((id) => !others.some(({ devices }) => devices.includes(id)));
}

function freeDevices(
  cluster: Cluster,
  release: Capabilities,
  node: string,
  value: string,
  taken: ReadonlySet<string>,
): string[] {
  try {
    const { alternatives, mdev } = resolveHostPci(cluster, release, node, value);
    const free = alternatives.find((devices) => devices.every(({ id }) => !taken.has(id)));
    return mdev === undefined ? (free ?? []).map(({ id }) => id) : [];
  } catch (error) {
    if (error instanceof TaskError) return [];
    throw error;
  }
}

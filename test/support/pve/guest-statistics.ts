import type { Guest } from "./cluster.ts";
import { parseDrive } from "./guest-drives.ts";
import type { JsonObject } from "./json.ts";
import { parseSize } from "./storage.ts";

const MIB = 2 ** 20;

/** What `status/current` says of a machine. */
export function guestStatistics(guest: Guest): JsonObject {
  const value = (key: string, otherwise: number): number => Number(guest.config.get(key) ?? otherwise);
  const tags = guest.config.get("tags");
  return {
    vmid: guest.vmid,
    name: String(guest.config.get("name") ?? `VM ${guest.vmid}`),
    status: guest.running ? "running" : "stopped",
    qmpstatus: guest.running ? "running" : "stopped",
    cpus: value("sockets", 1) * value("cores", 1),
    maxmem: value("memory", 512) * MIB,
    maxdisk: bootDiskSize(guest),
    ...(guest.running ? { pid: 10_000 + guest.vmid } : {}),
    ...(guest.config.get("template") === 1 ? { template: 1 } : {}),
    ...(tags === undefined ? {} : { tags: String(tags) }),
    uptime: guest.running ? 1 : 0,
    cpu: 0,
    mem: 0,
    disk: 0,
    netin: 0,
    netout: 0,
    diskread: 0,
    diskwrite: 0,
  };
}

/** What `/cluster/resources` says of it: what was recorded, or the same computed. */
export function guestResource(guest: Guest): JsonObject {
  const { cpus, qmpstatus: _, pid: __, ...statistics } = guestStatistics(guest);
  return {
    ...statistics,
    maxcpu: cpus ?? 1,
    template: guest.config.get("template") === 1 ? 1 : 0,
    ...guest.resource,
    status: guest.running ? "running" : "stopped",
    id: `${guest.type}/${guest.vmid}`,
    node: guest.node,
    type: guest.type,
  };
}

function bootDiskSize(guest: Guest): number {
  const [first] = /order=([^;,]+)/.exec(String(guest.config.get("boot") ?? ""))?.slice(1) ?? [];
  const drive = guest.config.get(first ?? "");
  return parseSize(parseDrive(String(drive ?? "")).options.get("size") ?? "0") ?? 0;
}

import { randomUUID } from "node:crypto";
import type { Cluster, Guest, GuestValue } from "./cluster.ts";
import { allocateDrive, completeNetworkDevice, DRIVE } from "./guest-drives.ts";
import { APPLIED_WHILE_RUNNING, guestValue } from "./guest-options.ts";
import { applyPending } from "./guest-start.ts";
import type { Random } from "./random.ts";

/** Where a guest's configuration is written, and with what. */
export interface ConfigWriter {
  readonly cluster: Cluster;
  readonly random: Random;
  readonly node: string;
  readonly now: Date;
}

/** What is to become of a guest's configuration. */
export interface ConfigChanges {
  readonly set: ReadonlyMap<string, string>;
  readonly delete: readonly string[];
  /** Pending changes to be forgotten. */
  readonly revert: readonly string[];
}

/** A new machine with the given options, and with what Proxmox adds by itself. It is not running. */
export function newGuest(writer: ConfigWriter, vmid: number, options: ReadonlyMap<string, string>): Guest {
  const config = new Map<string, GuestValue>();
  for (const [key, value] of options) config.set(key, storedValue(writer, vmid, key, value));
  if (!config.has("boot")) config.set("boot", `order=${bootDevices(config).join(";")}`);
  if (!config.has("smbios1")) config.set("smbios1", `uuid=${randomUUID()}`);
  if (!config.has("vmgenid")) config.set("vmgenid", randomUUID());
  config.set("meta", `creation-qemu=9.2.0,ctime=${Math.floor(writer.now.getTime() / 1000)}`);
  return {
    vmid,
    type: "qemu",
    node: writer.node,
    digest: null,
    running: false,
    devices: [],
    resource: {},
    config,
    pending: new Map(),
    deleting: new Map(),
  };
}

/** Changes a guest: a stopped one at once, a running one as far as it can, the rest being pending. */
export function changeGuest(writer: ConfigWriter, guest: Guest, changes: ConfigChanges): void {
  for (const key of changes.delete) {
    guest.pending.delete(key);
    if (guest.config.has(key)) guest.deleting.set(key, 1);
  }
  for (const key of changes.revert) {
    guest.pending.delete(key);
    guest.deleting.delete(key);
  }
  for (const [key, value] of changes.set) {
    const wanted = storedValue(writer, guest.vmid, key, value);
    guest.deleting.delete(key);
    if (guest.config.get(key) === wanted) guest.pending.delete(key);
    else guest.pending.set(key, wanted);
  }
  if (guest.running) applyWhileRunning(guest);
  else applyPending(guest);
}

function applyWhileRunning(guest: Guest): void {
  for (const [key, value] of guest.pending) {
    if (!APPLIED_WHILE_RUNNING.test(key)) continue;
    guest.config.set(key, value);
    guest.pending.delete(key);
  }
  for (const key of guest.deleting.keys()) {
    if (!APPLIED_WHILE_RUNNING.test(key)) continue;
    guest.config.delete(key);
    guest.deleting.delete(key);
  }
  guest.digest = null;
}

/** A value as it ends up in the configuration: with volumes made, and hardware addresses given out. */
function storedValue(writer: ConfigWriter, vmid: number, key: string, value: string): GuestValue {
  if (DRIVE.test(key)) return allocateDrive(writer.cluster, writer.node, vmid, key, value);
  return /^net\d+$/.test(key) ? completeNetworkDevice(value, writer.random) : guestValue(key, value);
}

/** The first disk and the first network device: what a machine boots from when nobody says. */
const bootDevices = (config: ReadonlyMap<string, GuestValue>): string[] => [
  ...[...config.keys()].filter((key) => /^(ide|sata|scsi|virtio)\d+$/.test(key)).slice(0, 1),
  ...[...config.keys()].filter((key) => /^net\d+$/.test(key)).slice(0, 1),
];

import { randomUUID } from "node:crypto";
import { type ApiMethod, type Call, requireAny, toPathNode } from "../api.ts";
import type { Guest, GuestValue } from "../cluster.ts";
import { allocateDrive, DRIVE, freeVolumes, resizeDrive } from "../guest-drives.ts";
import { APPLIED_WHILE_RUNNING, guestOptionParameters, guestValue } from "../guest-options.ts";
import { checkOptionAccess } from "../guest-permissions.ts";
import { applyPending, startGuest } from "../guest-start.ts";
import { nodeParameter, requiredParameter, splitList, textParameter, vmidParameter } from "../parameters.ts";
import { ProxmoxError, parameterError, permissionError } from "../proxmox-error.ts";
import { TaskError } from "../task.ts";
import { guestDigest, guestOf } from "./guest-endpoints.ts";
import { callerOf, startTask } from "./task-endpoints.ts";

const CONFIG_PRIVILEGES = ["Disk", "CDROM", "CPU", "Memory", "Network", "HWType", "Options", "Cloudinit"].map(
  (part) => `VM.Config.${part}`,
);

const place = { node: nodeParameter, vmid: vmidParameter };
const flag = { type: "boolean", optional: true } as const;
const text = { type: "string", optional: true } as const;

/** What the call that creates a machine takes beside its options. */
const CREATE_ONLY = [
  "start",
  "pool",
  "storage",
  "unique",
  "force",
  "archive",
  "ha-managed",
  "import-working-storage",
];
const UPDATE_ONLY = [
  "delete",
  "revert",
  "digest",
  "force",
  "skiplock",
  "background_delay",
  "import-working-storage",
];

/** Creating, changing and removing virtual machines. */
export const guestWriteEndpoints: readonly ApiMethod[] = [
  {
    method: "POST",
    path: "/nodes/{node}/qemu",
    parameters: (release) => ({
      ...guestOptionParameters(release),
      ...place,
      start: flag,
      pool: text,
      storage: text,
      unique: flag,
      force: flag,
      archive: text,
      "ha-managed": flag,
      "import-working-storage": text,
    }),
    permission: "all",
    protected: true,
    proxyTo: toPathNode,
    run: createGuest,
  },
  ...(["POST", "PUT"] as const).map(
    (method): ApiMethod => ({
      method,
      path: "/nodes/{node}/qemu/{vmid}/config",
      parameters: (release) => ({
        ...guestOptionParameters(release),
        ...place,
        delete: text,
        revert: text,
        digest: { ...text, maxLength: 40 },
        force: { ...flag, requires: "delete" },
        skiplock: flag,
        background_delay: { type: "integer", optional: true, minimum: 1, maximum: 30 },
        "import-working-storage": text,
      }),
      permission: requireAny("/vms/{vmid}", CONFIG_PRIVILEGES),
      protected: true,
      proxyTo: toPathNode,
      run: (call) => updateGuest(call, method === "POST"),
    }),
  ),
  {
    method: "PUT",
    path: "/nodes/{node}/qemu/{vmid}/resize",
    parameters: {
      ...place,
      disk: { type: "string", pattern: DRIVE.source },
      size: { type: "string", pattern: "\\+?\\d+(\\.\\d+)?[KMGT]?" },
      digest: text,
      skiplock: flag,
    },
    permission: requireAny("/vms/{vmid}", ["VM.Config.Disk"]),
    protected: true,
    proxyTo: toPathNode,
    run: resizeGuest,
  },
  {
    method: "DELETE",
    path: "/nodes/{node}/qemu/{vmid}",
    parameters: { ...place, skiplock: flag, purge: flag, "destroy-unreferenced-disks": flag },
    permission: requireAny("/vms/{vmid}", ["VM.Allocate"]),
    protected: true,
    proxyTo: toPathNode,
    run: destroyGuest,
  },
];

function createGuest(call: Call): string {
  const { cluster, release, parameters, node } = call;
  const caller = callerOf(call);
  const vmid = Number(requiredParameter(parameters, "vmid"));
  if (caller !== "root@pam" && !cluster.access.allows(caller, `/vms/${vmid}`, "VM.Allocate")) {
    throw new ProxmoxError(403, "Permission check failed\n");
  }
  const startAfter = textParameter(parameters, "start") === "1";
  if (startAfter && caller !== "root@pam" && !cluster.access.allows(caller, `/vms/${vmid}`, "VM.PowerMgmt")) {
    throw permissionError(`/vms/${vmid}, VM.PowerMgmt`);
  }
  const options = optionsOf(call, CREATE_ONLY);
  for (const [key, value] of options) checkOptionAccess({ cluster, release, caller, vmid }, key, value);
  const existing = cluster.guests.get(vmid);
  if (existing !== undefined) {
    const kind = existing.type === "qemu" ? "VM" : "CT";
    const where = `${kind} ${vmid} already exists on node '${existing.node}'`;
    throw new ProxmoxError(500, `unable to create VM ${vmid} - ${where}\n`);
  }
  return startTask(call, "qmcreate", String(vmid), (log) => {
    const config = new Map<string, GuestValue>();
    for (const [key, value] of options) {
      config.set(
        key,
        guestValue(key, DRIVE.test(key) ? allocateDrive(cluster, node, vmid, key, value) : value),
      );
    }
    if (!config.has("boot")) config.set("boot", `order=${bootDevices(config).join(";")}`);
    if (!config.has("smbios1")) config.set("smbios1", `uuid=${randomUUID()}`);
    if (!config.has("vmgenid")) config.set("vmgenid", randomUUID());
    config.set("meta", `creation-qemu=9.2.0,ctime=${Math.floor(call.now.getTime() / 1000)}`);
    const guest = newGuest(vmid, node, config);
    cluster.guests.set(vmid, guest);
    if (!startAfter) return;
    log("Execute autostart");
    startGuest(cluster, release, guest);
  });
}

/** Disks, then network devices: what a machine boots from when nobody says. */
const bootDevices = (config: ReadonlyMap<string, GuestValue>): string[] => [
  ...[...config.keys()].filter((key) => /^(ide|sata|scsi|virtio)\d+$/.test(key)).slice(0, 1),
  ...[...config.keys()].filter((key) => /^net\d+$/.test(key)).slice(0, 1),
];

function newGuest(vmid: number, node: string, config: Map<string, GuestValue>): Guest {
  return {
    vmid,
    type: "qemu",
    node,
    digest: null,
    running: false,
    devices: [],
    resource: {},
    config,
    pending: new Map(),
    deleting: new Map(),
  };
}

function updateGuest(call: Call, asynchronous: boolean): string | null {
  const { cluster, release, parameters, node } = call;
  const caller = callerOf(call);
  const guest = guestOf(call, "qemu");
  const change = { cluster, release, caller, vmid: guest.vmid };
  const options = optionsOf(call, UPDATE_ONLY);
  const deleted = splitList(textParameter(parameters, "delete") ?? "");
  const reverted = splitList(textParameter(parameters, "revert") ?? "");
  const known = guestOptionParameters(release);
  for (const key of deleted) {
    if (!Object.hasOwn(known, key)) throw parameterError({ delete: `unknown option '${key}'` });
    if (options.has(key)) {
      throw parameterError({ delete: `you can't use '-${key}' and -delete ${key}' at the same time` });
    }
    checkOptionAccess(
      change,
      key,
      /^hostpci/.test(key) ? String(guest.config.get(key) ?? "") || undefined : undefined,
    );
  }
  for (const [key, value] of options) checkOptionAccess(change, key, value);
  const digest = textParameter(parameters, "digest");
  if (digest !== undefined && digest !== guestDigest(guest)) {
    throw new ProxmoxError(500, "checksum mismatch (file change by other user?)\n");
  }

  const write = (): void => {
    for (const key of deleted) {
      guest.pending.delete(key);
      if (guest.config.has(key)) guest.deleting.set(key, 1);
    }
    for (const key of reverted) {
      guest.pending.delete(key);
      guest.deleting.delete(key);
    }
    for (const [key, value] of options) {
      const wanted = guestValue(
        key,
        DRIVE.test(key) ? allocateDrive(cluster, node, guest.vmid, key, value) : value,
      );
      guest.deleting.delete(key);
      if (guest.config.get(key) === wanted) guest.pending.delete(key);
      else guest.pending.set(key, wanted);
    }
    applyWhatMay(guest);
  };
  if (asynchronous) return startTask(call, "qmconfig", String(guest.vmid), write);
  try {
    write();
  } catch (error) {
    throw error instanceof TaskError ? new ProxmoxError(500, error.message) : error;
  }
  return null;
}

/** A stopped machine takes every change at once, a running one only some. */
function applyWhatMay(guest: Guest): void {
  if (!guest.running) {
    applyPending(guest);
    return;
  }
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

function resizeGuest(call: Call): string {
  const guest = guestOf(call, "qemu");
  const disk = requiredParameter(call.parameters, "disk");
  const value = guest.config.get(disk);
  if (value === undefined) throw new ProxmoxError(500, `disk '${disk}' does not exist\n`);
  return startTask(call, "resize", String(guest.vmid), () => {
    const size = requiredParameter(call.parameters, "size");
    guest.config.set(disk, resizeDrive(call.cluster, guest.node, String(value), size));
    guest.digest = null;
  });
}

function destroyGuest(call: Call): string {
  const guest = guestOf(call, "qemu");
  if (guest.config.get("protection") === 1) {
    throw new ProxmoxError(500, `can't remove VM ${guest.vmid} - protection mode enabled\n`);
  }
  if (guest.running) throw new ProxmoxError(500, `VM ${guest.vmid} is running - destroy failed\n`);
  return startTask(call, "qmdestroy", String(guest.vmid), (log) => {
    for (const volume of freeVolumes(call.cluster, guest.node, guest.vmid)) log(`Removed volume '${volume}'`);
    if (textParameter(call.parameters, "purge") === "1") {
      log(`purging VM ${guest.vmid} from related configurations..`);
    }
    call.cluster.guests.delete(guest.vmid);
  });
}

/** The given options of the machine itself. */
function optionsOf(call: Call, others: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (const name of call.parameters.keys()) {
    if (name === "node" || name === "vmid" || others.includes(name)) continue;
    options.set(name, requiredParameter(call.parameters, name));
  }
  return options;
}

import { type ApiMethod, type Call, requireAny, toPathNode } from "../api.ts";
import type { Guest } from "../cluster.ts";
import { changeGuest, newGuest } from "../guest-config.ts";
import { DRIVE, freeVolumes, resizeDrive } from "../guest-drives.ts";
import { guestOptionParameters } from "../guest-options.ts";
import { checkOptionAccess } from "../guest-permissions.ts";
import { startGuest } from "../guest-start.ts";
import { removeHaResource } from "../high-availability.ts";
import { nodeParameter, requiredParameter, splitList, textParameter, vmidParameter } from "../parameters.ts";
import { ProxmoxError, parameterError, permissionError } from "../proxmox-error.ts";
import { assertQuorate } from "../quorum.ts";
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
    method: "PUT",
    path: "/nodes/{node}/qemu/{vmid}/cloudinit",
    parameters: place,
    permission: requireAny("/vms/{vmid}", ["VM.Config.Cloudinit"]),
    protected: true,
    proxyTo: toPathNode,
    run: (call) => {
      guestOf(call, "qemu");
      return null;
    },
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
  const { cluster, release, parameters } = call;
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
  assertQuorate(cluster);
  const existing = cluster.guests.get(vmid);
  if (existing !== undefined) {
    const kind = existing.type === "qemu" ? "VM" : "CT";
    const where = `${kind} ${vmid} already exists on node '${existing.node}'`;
    throw new ProxmoxError(500, `unable to create VM ${vmid} - ${where}\n`);
  }
  return startTask(call, "qmcreate", String(vmid), (log) => {
    const guest = newGuest(call, vmid, options);
    cluster.guests.set(vmid, guest);
    if (!startAfter) return;
    log("Execute autostart");
    startOrSay(call, guest, log);
  });
}

/** A machine that does not start is created all the same. */
function startOrSay({ cluster }: Call, guest: Guest, log: (line: string) => void): void {
  try {
    startGuest(cluster, guest);
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    log(error.message.trimEnd());
  }
}

function updateGuest(call: Call, asynchronous: boolean): string | null {
  const { cluster, release, parameters } = call;
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
    const value = guest.config.get(key) ?? guest.pending.get(key);
    if (value !== undefined) checkOptionAccess(change, key, String(value));
  }
  for (const [key, value] of options) checkOptionAccess(change, key, value);
  const digest = textParameter(parameters, "digest");
  if (digest !== undefined && digest !== guestDigest(guest)) {
    throw new ProxmoxError(500, "checksum mismatch (file change by other user?)\n");
  }

  const write = (): void => changeGuest(call, guest, { set: options, delete: deleted, revert: reverted });
  if (asynchronous) return startTask(call, "qmconfig", String(guest.vmid), write);
  try {
    write();
  } catch (error) {
    throw error instanceof TaskError ? new ProxmoxError(500, error.message) : error;
  }
  return null;
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
  const purge = textParameter(call.parameters, "purge") === "1";
  const { highAvailability } = call.cluster;
  if (!purge && highAvailability.resources.has(`vm:${guest.vmid}`)) {
    const why = "used in HA resources and purge parameter not set";
    throw new ProxmoxError(500, `unable to remove VM ${guest.vmid} - ${why}.\n`);
  }
  if (guest.running) throw new ProxmoxError(500, `VM ${guest.vmid} is running - destroy failed\n`);
  return startTask(call, "qmdestroy", String(guest.vmid), (log) => {
    for (const volume of freeVolumes(call.cluster, guest.node, guest.vmid)) log(`Removed volume '${volume}'`);
    if (purge) {
      log(`purging VM ${guest.vmid} from related configurations..`);
      removeHaResource(highAvailability, `vm:${guest.vmid}`);
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

import type { Cluster } from "./cluster.ts";
import { DRIVE, parseDrive } from "./guest-drives.ts";
import { privilegesFor } from "./guest-options.ts";
import { hostpciFormat } from "./hostpci.ts";
import { parsePropertyString } from "./property-string.ts";
import { ProxmoxError, parameterError, permissionError } from "./proxmox-error.ts";
import type { Capabilities } from "./version.ts";

/** Who wants to set what of which guest. */
export interface ConfigChange {
  readonly cluster: Cluster;
  readonly release: Capabilities;
  readonly caller: string;
  readonly vmid: number;
}

/**
 * Refuses options that the caller may not set, as `$check_vm_modify_config_perm`, `check_hostpci_perm` and their
 * neighbours in `API2/Qemu.pm` do. Root may set everything, but `root@pam!token` is not root.
 *
 * @throws ProxmoxError 403, or 500 for what only root may set.
 */
export function checkOptionAccess(change: ConfigChange, key: string, value: string | undefined): void {
  if (change.caller === "root@pam") return;
  if (/^hostpci\d+$/.test(key) && value !== undefined) {
    checkHostPciAccess(change, key, value);
    return;
  }
  const privileges = privilegesFor(key);
  if (privileges.length === 0) throw new ProxmoxError(500, `only root can set '${key}' config\n`);
  requireAnyOf(change, `/vms/${change.vmid}`, privileges);
  if (value === undefined) return;
  if (DRIVE.test(key)) checkStorageAccess(change, value);
  if (/^net\d+$/.test(key)) checkBridgeAccess(change, value);
}

function checkHostPciAccess(change: ConfigChange, key: string, value: string): void {
  if (!change.release.mappings) throw new ProxmoxError(500, `only root can set '${key}' config\n`);
  const device = parsePropertyString(hostpciFormat(change.release), value, key);
  const mapping = device.get("mapping");
  if (device.has("host")) {
    throw new ProxmoxError(500, `only root can set '${key}' config for non-mapped devices\n`);
  }
  if (mapping === undefined) throw new ProxmoxError(500, "either 'host' or 'mapping' must be set.\n");
  requireAnyOf(change, `/mapping/pci/${mapping}`, ["Mapping.Use"]);
  requireAnyOf(change, `/vms/${change.vmid}`, ["VM.Config.HWType"]);
  if (device.has("romfile")) throw parameterError({ [key]: "only root@pam can set 'romfile' option" });
}

/** A new volume needs space on its storage, an image to import from has to be readable. */
function checkStorageAccess(change: ConfigChange, value: string): void {
  const { file, options } = parseDrive(value);
  const storage = /^([^:/]+):\d/.exec(file)?.[1];
  if (storage !== undefined) requireAnyOf(change, `/storage/${storage}`, ["Datastore.AllocateSpace"]);
  const source = options.get("import-from")?.split(":")[0];
  if (source !== undefined) {
    requireAnyOf(change, `/storage/${source}`, ["Datastore.AllocateSpace", "Datastore.Audit"]);
  }
}

function checkBridgeAccess(change: ConfigChange, value: string): void {
  const bridge = /(?:^|,)bridge=([^,]+)/.exec(value)?.[1];
  if (bridge === undefined || !change.release.mappings) return;
  requireAnyOf(change, `/sdn/zones/localnetwork/${bridge}`, ["SDN.Use"]);
}

function requireAnyOf({ cluster, caller }: ConfigChange, path: string, privileges: readonly string[]): void {
  if (privileges.some((privilege) => cluster.access.allows(caller, path, privilege))) return;
  throw permissionError(`${path}, ${privileges.join("|")}`);
}

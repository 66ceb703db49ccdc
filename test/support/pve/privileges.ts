/**
 * The privileges of Proxmox VE and the roles that are built of them, as pve-access-control defines them in
 * `PVE/AccessControl.pm`.
 */

/** Privileges for administrators, users and auditors; `root` ones are only in the role Administrator. */
interface PrivilegeGroup {
  readonly root?: readonly string[];
  readonly admin?: readonly string[];
  readonly user?: readonly string[];
  readonly audit?: readonly string[];
}

type PrivilegeGroups = Readonly<Record<string, PrivilegeGroup>>;

const GROUPS: PrivilegeGroups = {
  VM: {
    admin: [
      "VM.Config.Disk",
      "VM.Config.CPU",
      "VM.Config.Memory",
      "VM.Config.Network",
      "VM.Config.HWType",
      "VM.Config.Options",
      "VM.Allocate",
      "VM.Clone",
      "VM.Migrate",
      "VM.Snapshot",
      "VM.Snapshot.Rollback",
    ],
    user: ["VM.Config.CDROM", "VM.Config.Cloudinit", "VM.Console", "VM.Backup", "VM.PowerMgmt"],
    audit: ["VM.Audit"],
  },
  Sys: {
    root: ["Sys.PowerMgmt", "Sys.Modify", "Sys.Incoming"],
    admin: ["Sys.Console", "Sys.Syslog"],
    audit: ["Sys.Audit"],
  },
  Datastore: {
    admin: ["Datastore.Allocate", "Datastore.AllocateTemplate"],
    user: ["Datastore.AllocateSpace"],
    audit: ["Datastore.Audit"],
  },
  SDN: { admin: ["SDN.Allocate", "SDN.Audit"], audit: ["SDN.Audit"] },
  User: { root: ["Realm.Allocate"], admin: ["User.Modify", "Group.Allocate", "Realm.AllocateUser"] },
  Pool: { admin: ["Pool.Allocate"], user: ["Pool.Audit"], audit: ["Pool.Audit"] },
};

/** What came with release 8: mappings, SDN use, downloads. */
const GROUPS_SINCE_8: PrivilegeGroups = {
  Mapping: { admin: ["Mapping.Modify"], user: ["Mapping.Use"], audit: ["Mapping.Audit"] },
  Sys: { root: ["Sys.AccessNetwork"] },
};

/** What came with release 9: guest agent privileges in place of VM.Monitor. */
const GROUPS_SINCE_9: PrivilegeGroups = {
  VM: {
    admin: ["VM.GuestAgent.Unrestricted", "VM.Replicate"],
    user: ["VM.GuestAgent.FileRead", "VM.GuestAgent.FileSystemMgmt", "VM.GuestAgent.FileWrite"],
    audit: ["VM.GuestAgent.Audit"],
  },
};

/** Built-in role → its privileges, for one major release (7, 8 or 9). */
export function builtinRoles(major: number): Map<string, ReadonlySet<string>> {
  const parts = [GROUPS, { SDN: { user: ["SDN.Use"] } }];
  if (major >= 8) parts.push(GROUPS_SINCE_8);
  parts.push(major >= 9 ? GROUPS_SINCE_9 : { VM: { admin: ["VM.Monitor"] } });
  parts.push(
    major >= 8 ? { Sys: { root: ["Permissions.Modify"] } } : { Sys: { admin: ["Permissions.Modify"] } },
  );

  const roles = new Map<string, Set<string>>([["NoAccess", new Set()]]);
  const give = (role: string, privileges: readonly string[]): void => {
    const known = roles.get(role) ?? new Set();
    for (const privilege of privileges) known.add(privilege);
    roles.set(role, known);
  };
  for (const part of parts) {
    for (const [name, { root = [], admin = [], user = [], audit = [] }] of Object.entries<PrivilegeGroup>(
      part,
    )) {
      give("Administrator", [...root, ...admin, ...user, ...audit]);
      give("PVEAdmin", [...admin, ...user, ...audit]);
      give(`PVE${name}Admin`, [...admin, ...user, ...audit]);
      give(`PVE${name}User`, [...user, ...audit]);
      give("PVEAuditor", audit);
    }
  }
  roles.get("PVEAdmin")?.delete("Mapping.Modify");
  give("PVETemplateUser", ["VM.Clone", "VM.Audit"]);
  return roles;
}

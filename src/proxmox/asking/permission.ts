/** 403: the missing privilege, and the commands that grant it. */
import type { MissingPrivilege } from "../errors.ts";
import { quote } from "../posix-shell.ts";
import { formatIdentity, type Identity } from "../settings/credentials.ts";

/** A built-in role since before 7.4, with all audit privileges of its version. */
const AUDITOR = "PVEAuditor";

/** A role to be created, for privileges that no small built-in role has. */
const OWN_ROLE = "GpuDiscovery";

/**
 * The privilege in a refusal: `Permission check failed (/, Sys.Audit|Sys.Modify)`; null when there is none. Source:
 * pve-access-control `src/PVE/RPCEnvironment.pm`, `check` and `check_any`.
 */
export function parseMissingPrivilege(reason: string): MissingPrivilege | null {
  const match = /Permission check failed \((\/[^\s,]*), ([A-Za-z][A-Za-z.|, ]*)\)/.exec(reason);
  if (match === null) return null;
  return {
    path: match[1] ?? "/",
    privileges: (match[2] ?? "").split(/[|,\s]+/).filter((name) => name !== ""),
  };
}

/** How to mend it: commands for the shell of any Proxmox host. */
export function grantAdvice(missing: MissingPrivilege, identity: Identity): string {
  return [
    `Grant ${privilegeText(missing)} on ${missing.path}. On any host of the cluster:`,
    ...grantCommands(missing, identity).map((command) => `  ${command}`),
    ...(identity.token === null ? [] : [privilegeSeparation(identity)]),
  ].join("\n");
}

/** Only the commands: for the user, and for its token. */
export function grantCommands(missing: MissingPrivilege, identity: Identity): readonly string[] {
  const path = quote(missing.path);
  const audit = missing.privileges.find((privilege) => privilege.endsWith(".Audit"));
  const role = audit === undefined ? OWN_ROLE : AUDITOR;
  const commands: string[] = [];
  if (audit === undefined) {
    commands.push(`pveum role add ${OWN_ROLE} --privs ${quote(missing.privileges[0] ?? "")}`);
  }
  if (identity.user !== "root@pam") {
    commands.push(`pveum acl modify ${path} --users ${quote(identity.user)} --roles ${role}`);
  }
  if (identity.token !== null) {
    commands.push(`pveum acl modify ${path} --tokens ${quote(formatIdentity(identity))} --roles ${role}`);
  }
  return commands;
}

/** The command that prints the permissions, for the shell of any Proxmox host. */
export function permissionsCommand({ user, token }: Identity): string {
  return token === null
    ? `pveum user permissions ${quote(user)}`
    : `pveum user token permissions ${quote(user)} ${quote(token)}`;
}

function privilegeSeparation({ user }: Identity): string {
  return user === "root@pam"
    ? "The user root@pam may do everything, but its token with privilege separation (the default) may do only what is granted to the token itself."
    : "A token with privilege separation (the default) may do only what both its user and the token itself are granted; one made with --privsep 0 needs the first command only.";
}

/** `Sys.Audit`, or `Sys.Audit or Sys.Modify` when either is enough. */
export function privilegeText(missing: MissingPrivilege): string {
  return missing.privileges.join(" or ");
}

import { createHash } from "node:crypto";
import { learnSecret } from "../secrets/known.ts";
import { AccessControl } from "./access-control.ts";
import type { Capabilities } from "./version.ts";

/** API tokens that every stand-in knows, each `user@realm!name=secret`. */
export interface StandardTokens {
  /** Least privileges for discovery: Sys.Audit and, since release 8, Mapping.Audit on `/`. */
  readonly discovery: string;
  /** As `discovery`, but before 8 or without Mapping.Audit: only Sys.Audit on `/`. */
  readonly sysAudit: string;
  /** Sys.Modify on `/` and nothing else. */
  readonly sysModify: string;
  /** PVEAuditor on `/`. */
  readonly auditor: string;
  /** PVEAuditor on `/nodes` only, which does not open `hardware/pci`. */
  readonly nodesAuditor: string;
  /** Privilege-separated token of an administrator, without an ACL of its own: it may do nothing. */
  readonly nothing: string;
  /** Discovery, mappings and virtual machines: what a configuration with bpg's provider needs. */
  readonly mapper: string;
  /** `root@pam` without privilege separation. */
  readonly root: string;
  /** Expired in 2001. */
  readonly expired: string;
  /** Token of a disabled user. */
  readonly disabled: string;
  /** The discovery token with another secret. */
  readonly wrongSecret: string;
  /** A token that was never made. */
  readonly unknown: string;
}

const EXPIRED = 1_000_000_000;

/** The password of the users that have one. No word of any message, and with what URLs, forms, HTML and JSON write otherwise. */
export const PASSWORD = 'r1ght+9f/3a&b2 "c\\%41';

/** A UUID that no other text has a piece of, the same in every run. */
function secretOf(number: number): string {
  const hex = createHash("sha256").update(`token ${number}`).digest("hex");
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Makes the users, passwords and tokens of every stand-in. */
export function standardAccess(release: Capabilities): { access: AccessControl; tokens: StandardTokens } {
  const access = new AccessControl(release.major, release.poolPath);
  const owned = { privilegeSeparation: false };

  access.addRole("GpuDiscovery", release.mappings ? ["Sys.Audit", "Mapping.Audit"] : ["Sys.Audit"]);
  access.addRole("OnlySysAudit", ["Sys.Audit"]);
  access.addRole("OnlySysModify", ["Sys.Modify"]);
  access.grant("/", "gpuhost@pve", "GpuDiscovery");
  access.grant("/", "sysaudit@pve", "OnlySysAudit");
  access.grant("/", "sysmodify@pve", "OnlySysModify");
  access.grant("/", "auditor@pve", "PVEAuditor");
  access.grant("/nodes", "nodes@pve", "PVEAuditor");

  access.addUser("gpu@pve", { password: PASSWORD });
  access.grant("/", "gpu@pve", "PVEAdmin");
  access.addUser("tfa@pve", { password: PASSWORD, ...(release.major >= 8 ? { otp: "123456" } : {}) });
  access.grant("/", "tfa@pve", "PVEAuditor");

  access.grant("/", "mapper@pve", "PVEAuditor");
  access.addRole("HaManager", ["Sys.Audit", "Sys.Console"]);
  access.grant("/", "mapper@pve", "HaManager");
  access.addRole("ImageDownload", release.mappings ? ["Sys.Audit", "Sys.AccessNetwork"] : ["Sys.Audit"]);
  access.grant("/nodes", "mapper@pve", "ImageDownload");
  access.grant("/mapping", "mapper@pve", release.mappings ? "PVEMappingAdmin" : "PVEAuditor");
  access.grant("/vms", "mapper@pve", "PVEVMAdmin");
  access.grant("/storage", "mapper@pve", "PVEDatastoreAdmin");
  access.grant("/sdn", "mapper@pve", "PVESDNUser");

  const discovery = access.addToken("gpuhost@pve", "discovery", secretOf(1), owned);
  access.addUser("off@pve", { enabled: false });
  return {
    access,
    tokens: {
      discovery,
      sysAudit: access.addToken("sysaudit@pve", "ci", secretOf(2), owned),
      sysModify: access.addToken("sysmodify@pve", "ci", secretOf(3), owned),
      auditor: access.addToken("auditor@pve", "ci", secretOf(4), owned),
      nodesAuditor: access.addToken("nodes@pve", "ci", secretOf(5), owned),
      nothing: access.addToken("gpu@pve", "nothing", secretOf(6)),
      mapper: access.addToken("mapper@pve", "ci", secretOf(7), owned),
      root: access.addToken("root@pam", "ci", secretOf(8), owned),
      expired: access.addToken("gpuhost@pve", "expired", secretOf(9), { ...owned, expire: EXPIRED }),
      disabled: access.addToken("off@pve", "ci", secretOf(10), owned),
      wrongSecret: `gpuhost@pve!discovery=${learnSecret(secretOf(11))}`,
      unknown: `gpuhost@pve!never=${learnSecret(secretOf(12))}`,
    },
  };
}

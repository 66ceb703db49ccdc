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
const SECRET = "6f3c1c1e-0000-4000-8000-00000000";

/** Makes the users, passwords and tokens of every stand-in. */
export function standardAccess(release: Capabilities): { access: AccessControl; tokens: StandardTokens } {
  const access = new AccessControl(release.major, release.poolPath);
  const owned = { privilegeSeparation: false };
  const secrets = (number: string): string => `${SECRET}${number.padStart(4, "0")}`;

  access.addRole("GpuDiscovery", release.mappings ? ["Sys.Audit", "Mapping.Audit"] : ["Sys.Audit"]);
  access.addRole("OnlySysAudit", ["Sys.Audit"]);
  access.addRole("OnlySysModify", ["Sys.Modify"]);
  access.grant("/", "gpuhost@pve", "GpuDiscovery");
  access.grant("/", "sysaudit@pve", "OnlySysAudit");
  access.grant("/", "sysmodify@pve", "OnlySysModify");
  access.grant("/", "auditor@pve", "PVEAuditor");
  access.grant("/nodes", "nodes@pve", "PVEAuditor");

  access.addUser("gpu@pve", { password: "right" });
  access.grant("/", "gpu@pve", "PVEAdmin");
  access.addUser("tfa@pve", { password: "right", ...(release.major >= 8 ? { otp: "123456" } : {}) });
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

  const discovery = access.addToken("gpuhost@pve", "discovery", secrets("1"), owned);
  access.addUser("off@pve", { enabled: false });
  return {
    access,
    tokens: {
      discovery,
      sysAudit: access.addToken("sysaudit@pve", "ci", secrets("2"), owned),
      sysModify: access.addToken("sysmodify@pve", "ci", secrets("3"), owned),
      auditor: access.addToken("auditor@pve", "ci", secrets("4"), owned),
      nodesAuditor: access.addToken("nodes@pve", "ci", secrets("5"), owned),
      nothing: access.addToken("gpu@pve", "nothing", secrets("6")),
      mapper: access.addToken("mapper@pve", "ci", secrets("7"), owned),
      root: access.addToken("root@pam", "ci", secrets("8"), owned),
      expired: access.addToken("gpuhost@pve", "expired", secrets("9"), { ...owned, expire: EXPIRED }),
      disabled: access.addToken("off@pve", "ci", secrets("10"), owned),
      wrongSecret: `gpuhost@pve!discovery=${secrets("11")}`,
      unknown: `gpuhost@pve!never=${secrets("12")}`,
    },
  };
}

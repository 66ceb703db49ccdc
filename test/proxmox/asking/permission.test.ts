import { describe, expect, it } from "vitest";
import { grantAdvice, parseMissingPrivilege } from "../../../src/proxmox/asking/permission.ts";

describe("the reason of a 403", () => {
  it.each([
    ["Permission check failed (/, Sys.Audit|Sys.Modify)", "/", ["Sys.Audit", "Sys.Modify"]],
    ["Permission check failed (/, Sys.Modify)", "/", ["Sys.Modify"]],
    ["Permission check failed (/vms/100, VM.Audit)", "/vms/100", ["VM.Audit"]],
    [
      "Permission check failed (/mapping/pci/gpu-1, Mapping.Use, Mapping.Audit)",
      "/mapping/pci/gpu-1",
      ["Mapping.Use", "Mapping.Audit"],
    ],
  ])("%s names the privilege and the path", (reason, path, privileges) => {
    expect(parseMissingPrivilege(reason)).toEqual({ path, privileges });
  });

  it.each([
    "Permission check failed (URI '/access/ticket' not available with API token, need proper ticket.",
    "Permission check failed (user != root@pam)",
    "Permission check failed",
    "",
  ])("%j names none", (reason) => {
    expect(parseMissingPrivilege(reason)).toBeNull();
  });
});

describe("the commands that grant a privilege", () => {
  const sysAudit = { path: "/", privileges: ["Sys.Audit", "Sys.Modify"] };

  it("are one for a user who signed in", () => {
    expect(grantAdvice(sysAudit, { user: "gpuhost@pve", token: null })).toBe(
      "Grant Sys.Audit or Sys.Modify on /. On any host of the cluster:\n  pveum acl modify / --users gpuhost@pve --roles PVEAuditor",
    );
  });

  it("leave root@pam itself out, which may do everything, but not its token", () => {
    expect(grantAdvice(sysAudit, { user: "root@pam", token: "ci" })).toBe(
      [
        "Grant Sys.Audit or Sys.Modify on /. On any host of the cluster:",
        "  pveum acl modify / --tokens 'root@pam!ci' --roles PVEAuditor",
        "The user root@pam may do everything, but its token with privilege separation (the default) may do only what is granted to the token itself.",
      ].join("\n"),
    );
  });

  it("make a role where no small built-in one has the privilege", () => {
    const sysModify = { path: "/", privileges: ["Sys.Modify"] };
    expect(grantAdvice(sysModify, { user: "gpuhost@pve", token: null })).toBe(
      [
        "Grant Sys.Modify on /. On any host of the cluster:",
        "  pveum role add GpuDiscovery --privs Sys.Modify",
        "  pveum acl modify / --users gpuhost@pve --roles GpuDiscovery",
      ].join("\n"),
    );
  });

  it("are quoted for a shell", () => {
    expect(grantAdvice(sysAudit, { user: "o'neill $x@ldap", token: null })).toContain(
      "--users 'o'\\''neill $x@ldap' --roles",
    );
  });
});

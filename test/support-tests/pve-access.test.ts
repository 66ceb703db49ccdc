import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exchange } from "../support/pve/exchange.ts";
import type { JsonObject } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import type { StandardTokens } from "../support/pve/standard-access.ts";
import { PASSWORD } from "../support/pve/standard-access.ts";

let pve: PveStandIn;
let clock: Date;
beforeEach(async () => {
  clock = new Date("2026-11-22T12:00:00Z");
  pve = await startPve({ now: () => clock });
});
afterEach(() => pve.close());

const HARDWARE = "/nodes/pve1/hardware/pci";
const CONFIG = "/nodes/pve1/qemu/100/config";

/** Status and reason of a GET with a token. */
async function ask(path: string, token: string): Promise<string> {
  const answer = await exchange(pve, { path: `/api2/json${path}`, token });
  return `${answer.status} ${answer.reason}`;
}

async function data(path: string, token: string): Promise<unknown> {
  const answer = await exchange(pve, { path: `/api2/json${path}`, token });
  return (JSON.parse(answer.body.toString()) as JsonObject)["data"];
}

async function signIn(form: Record<string, string>): Promise<{ line: string; data: JsonObject }> {
  const answer = await exchange(pve, { method: "POST", path: "/api2/json/access/ticket", form });
  const { data } = JSON.parse(answer.body.toString()) as { data: JsonObject };
  return { line: `${answer.status} ${answer.reason}`, data };
}

describe("a token", () => {
  it.each([
    ["discovery", HARDWARE, "200 OK"],
    ["sysAudit", HARDWARE, "200 OK"],
    ["sysModify", HARDWARE, "200 OK"],
    ["auditor", HARDWARE, "200 OK"],
    ["mapper", HARDWARE, "200 OK"],
    ["root", HARDWARE, "200 OK"],
    ["nodesAuditor", HARDWARE, "403 Permission check failed (/, Sys.Audit|Sys.Modify)"],
    ["nothing", HARDWARE, "403 Permission check failed (/, Sys.Audit|Sys.Modify)"],
    ["sysModify", "/cluster/status", "403 Permission check failed (/, Sys.Audit)"],
    ["discovery", CONFIG, "403 Permission check failed (/vms/100, VM.Audit)"],
    ["auditor", CONFIG, "200 OK"],
    ["sysAudit", "/cluster/mapping/pci/gpu-ok", "403 Permission check failed"],
    ["discovery", "/cluster/mapping/pci/gpu-ok", "200 OK"],
    ["unknown", "/version", "401 Authentication failed!"],
    ["nothing", "/version", "200 OK"],
  ] satisfies [keyof StandardTokens, string, string][])(
    "%s asking for %s gets %s",
    async (name, path, line) => {
      expect(await ask(path, pve.tokens[name])).toBe(line);
    },
  );

  it("sees only the mappings that it was granted", async () => {
    const { access } = pve.cluster;
    const token = access.addToken("some@pve", "ci", "s3cret", { privilegeSeparation: false });
    access.grant("/mapping/pci/gpu-ok", "some@pve", "PVEMappingUser");
    expect(await data("/cluster/mapping/pci", token)).toMatchObject([{ id: "gpu-ok" }]);
    expect(await data("/cluster/mapping/pci", pve.tokens.sysAudit)).toEqual([]);
  });

  it("sees only the guests that it was granted", async () => {
    const { access } = pve.cluster;
    const token = access.addToken("some@pve", "ci", "s3cret", { privilegeSeparation: false });
    access.grant("/vms/101", "some@pve", "PVEVMUser");
    expect(await data("/cluster/resources?type=vm", token)).toMatchObject([
      { id: "qemu/101", type: "qemu", vmid: 101, node: "pve1", name: "mapped", template: 0 },
    ]);
    expect(await data("/cluster/resources?type=vm", pve.tokens.discovery)).toEqual([]);
    expect(await data("/cluster/resources?type=vm", pve.tokens.auditor)).toHaveLength(2);
    expect(await data("/cluster/resources", pve.tokens.auditor)).toHaveLength(6);
  });

  it("with privilege separation has what both it and its user were granted", async () => {
    const { access } = pve.cluster;
    const token = access.addToken("auditor@pve", "separate", "s3cret");
    access.grant("/", "auditor@pve!separate", "Administrator", false);
    expect(await data("/access/permissions?path=/", token)).toMatchObject({
      "/": { "Sys.Audit": 0, "VM.Audit": 0 },
    });
    expect(await data("/access/permissions?path=/vms", token)).toEqual({ "/vms": {} });
    expect(access.allows("auditor@pve!separate", "/", "Sys.Modify")).toBe(false);
  });

  it("loses with NoAccess what was granted above", async () => {
    pve.cluster.access.grant("/vms/100", "auditor@pve", "NoAccess");
    expect(await ask(CONFIG, pve.tokens.auditor)).toBe("403 Permission check failed (/vms/100, VM.Audit)");
  });

  it("may ask for another's permissions only with Sys.Audit on /access", async () => {
    const path = "/access/permissions?userid=auditor@pve&path=/nodes";
    expect(await ask(path, pve.tokens.nothing)).toBe("403 Permission check failed (/access, Sys.Audit)");
    expect(await data(path, pve.tokens.discovery)).toMatchObject({ "/nodes": { "VM.Audit": 1 } });
  });

  it.each([
    ["PVEAPIToken=nonsense", "401 Authentication failed!"],
    ["PVEAPIToken=gpuhost@pve!x=1", "401 Authentication failed!"],
    ["Bearer abc", "401 No ticket"],
  ])("that is none is refused: %s", async (authorization, line) => {
    const answer = await exchange(pve, {
      path: "/api2/json/version",
      headers: { Authorization: authorization },
    });
    expect(`${answer.status} ${answer.reason}`).toBe(line);
    expect(answer.body).toHaveLength(0);
  });
});

describe("a ticket", () => {
  const withTicket = async (
    ticket: unknown,
    headers: Record<string, string> = {},
    method = "GET",
  ): Promise<string> => {
    const cookie = `PVEAuthCookie=${encodeURIComponent(String(ticket))}`;
    const path = "/api2/json/version";
    const answer = await exchange(pve, { method, path, headers: { Cookie: cookie, ...headers } });
    return `${answer.status} ${answer.reason}`;
  };

  it("is good for two hours", async () => {
    const { data: signedIn } = await signIn({ username: "gpu@pve", password: PASSWORD });
    expect(await withTicket(signedIn["ticket"])).toBe("200 OK");
    clock = new Date(clock.getTime() + 7199_000);
    expect(await withTicket(signedIn["ticket"])).toBe("200 OK");
    clock = new Date(clock.getTime() + 2000);
    expect(await withTicket(signedIn["ticket"])).toBe("401 Authentication failed!");
  });

  it("can be made to expire", async () => {
    const { data: signedIn } = await signIn({ username: "gpu", realm: "pve", password: PASSWORD });
    pve.cluster.tickets.expireAll();
    expect(await withTicket(signedIn["ticket"])).toBe("401 Authentication failed!");
  });

  it("needs a CSRF prevention token for everything but reading", async () => {
    const { data: signedIn } = await signIn({ username: "gpu@pve", password: PASSWORD });
    const csrf = { CSRFPreventionToken: String(signedIn["CSRFPreventionToken"]) };
    expect(await withTicket(signedIn["ticket"], {}, "DELETE")).toBe(
      "401 Permission denied - invalid csrf token",
    );
    expect(await withTicket(signedIn["ticket"], csrf, "DELETE")).toBe(
      "501 Method 'DELETE /version' not implemented",
    );
  });

  it("needs the second factor where there is one", async () => {
    const first = await signIn({ username: "tfa@pve", password: PASSWORD });
    expect(first.data).toMatchObject({ NeedTFA: 1, username: "tfa@pve" });
    expect(await withTicket(first.data["ticket"])).toBe("401 Authentication failed!");
    expect((await signIn({ username: "tfa@pve", password: PASSWORD, otp: "0" })).line).toBe(
      "401 authentication failure",
    );
    const whole = await signIn({ username: "tfa@pve", password: PASSWORD, otp: "123456" });
    expect(await withTicket(whole.data["ticket"])).toBe("200 OK");
  });

  it.each([
    [{ username: "off@pve", password: PASSWORD }, "401 authentication failure"],
    [{ username: "nobody@pve", password: PASSWORD }, "401 authentication failure"],
    [{ username: "root@pam", password: "" }, "401 authentication failure"],
    [{ username: "gpu@pve" }, "400 Parameter verification failed."],
    [{ username: "x".repeat(65), password: "a" }, "400 Parameter verification failed."],
  ])("is not given for %o", async (form, line) => {
    expect((await signIn(form)).line).toBe(line);
  });
});

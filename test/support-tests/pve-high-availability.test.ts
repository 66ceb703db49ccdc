import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exchange } from "../support/pve/exchange.ts";
import type { JsonObject } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import type { StandardTokens } from "../support/pve/standard-access.ts";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
});
afterEach(() => pve.close());

async function send(
  method: string,
  path: string,
  form?: Readonly<Record<string, string>>,
  token: keyof StandardTokens = "mapper",
): Promise<{ line: string; data: unknown; errors?: unknown }> {
  const answer = await exchange(pve, {
    method,
    path: `/api2/json${path}`,
    token: pve.tokens[token],
    ...(form === undefined ? {} : { form }),
  });
  const body = JSON.parse(answer.body.toString()) as JsonObject;
  return { line: `${answer.status} ${answer.reason}`, data: body["data"], errors: body["errors"] };
}

const line = async (...args: Parameters<typeof send>): Promise<string> => (await send(...args)).line;

const resources = "/cluster/ha/resources";
const rules = "/cluster/ha/rules";
const rule = {
  rule: "gpus",
  type: "node-affinity",
  resources: "vm:100",
  nodes: "pve2:2,pve1:0",
  strict: "1",
};

describe("what the HA manager is told", () => {
  it("is kept, changed and taken back", async () => {
    expect(await send("POST", resources, { sid: "100", state: "started", failback: "0" })).toMatchObject({
      line: "200 OK",
      data: null,
    });
    expect((await send("GET", `${resources}/vm:100`)).data).toStrictEqual({
      digest: expect.stringMatching(/^[0-9a-f]{40}$/),
      failback: 0,
      sid: "vm:100",
      state: "started",
      type: "vm",
    });
    expect(await line("POST", rules, { ...rule, disable: "0" })).toBe("200 OK");
    expect((await send("GET", `${rules}/gpus`)).data).toStrictEqual({
      digest: expect.stringMatching(/^[0-9a-f]{40}$/),
      nodes: "pve1,pve2:2",
      order: 1,
      resources: "vm:100",
      rule: "gpus",
      strict: 1,
      type: "node-affinity",
    });

    expect(await line("PUT", `${resources}/vm:100`, { state: "stopped", delete: "failback" })).toBe("200 OK");
    expect((await send("GET", `${resources}/100`)).data).toMatchObject({ state: "stopped", sid: "vm:100" });
    expect(
      await line("PUT", `${rules}/gpus`, { type: "node-affinity", nodes: "pve1", delete: "strict" }),
    ).toBe("200 OK");
    expect((await send("GET", `${rules}/gpus`)).data).toMatchObject({ nodes: "pve1" });
    expect((await send("GET", `${rules}/gpus`)).data).not.toHaveProperty("strict");

    expect(await line("DELETE", `${resources}/vm:100`)).toBe("200 OK");
    expect(await line("GET", `${resources}/vm:100`)).toBe("500 no such resource 'vm:100'");
    // A rule without any resource goes too.
    expect(await line("GET", `${rules}/gpus`)).toBe("500 no such ha rule 'gpus'");
  });

  it("stays when a resource goes without it", async () => {
    await send("POST", resources, { sid: "vm:100" });
    await send("POST", rules, rule);
    expect(await line("DELETE", `${resources}/vm:100?purge=0`)).toBe("200 OK");
    expect((await send("GET", `${rules}/gpus`)).data).toMatchObject({ resources: "vm:100" });
    expect(await line("DELETE", `${rules}/gpus`)).toBe("200 OK");
    expect(pve.cluster.highAvailability.rules.size).toBe(0);
  });

  it("goes with a machine that is destroyed, where that is asked for", async () => {
    await send("POST", resources, { sid: "vm:100" });
    expect(await line("DELETE", "/nodes/pve1/qemu/100", undefined, "root")).toBe(
      "500 unable to remove VM 100 - used in HA resources and purge parameter not set.",
    );
    expect(await line("DELETE", "/nodes/pve1/qemu/100?purge=1", undefined, "root")).toBe("200 OK");
    await expect.poll(() => pve.cluster.highAvailability.resources.size).toBe(0);
  });

  it.each([
    ["POST", resources, { sid: "vm:4711" }, "500 resource 'vm:4711' does not exist in cluster"],
    ["POST", resources, { sid: "4711" }, "500 unable to detect SID from VMID - VM/CT 4711 does not exist"],
    ["POST", resources, { sid: "vm:100", type: "ct" }, "500 types does not match"],
    [
      "POST",
      resources,
      { sid: "vm:100", group: "gpus" },
      "500 invalid parameter 'group': ha groups have been migrated to rules",
    ],
    [
      "PUT",
      `${resources}/vm:100`,
      { state: "stopped" },
      "500 cannot update service 'vm:100', not HA managed!",
    ],
    ["DELETE", `${resources}/vm:100`, undefined, "500 cannot delete service 'vm:100', not HA managed!"],
    ["POST", rules, rule, "500 create ha rule failed: cannot use unmanaged resource(s) vm:100."],
    [
      "PUT",
      `${rules}/gpus`,
      { type: "node-affinity" },
      "500 update HA rules failed: HA rule 'gpus' does not exist",
    ],
  ] as const)("%s %s with %j is refused: %s", async (method, path, form, message) => {
    expect(await line(method, path, form)).toBe(message);
  });

  it("is refused twice, on nodes that there are not, and in forms that are none", async () => {
    await send("POST", resources, { sid: "vm:100" });
    expect(await line("POST", resources, { sid: "vm:100" })).toBe(
      "500 create resource failed: resource ID 'vm:100' already defined",
    );
    expect(await line("POST", rules, { ...rule, nodes: "pve1,pve8,pve7:3" })).toBe(
      "500 create ha rule failed: cannot use non-existent node(s) pve7, pve8.",
    );
    await send("POST", rules, rule);
    expect(await line("POST", rules, rule)).toBe("500 create ha rule failed: HA rule 'gpus' already defined");
    const wrong = { rule: "other", type: "node-affinity", resources: "100", nodes: "pve 1,-" };
    expect((await send("POST", rules, wrong)).errors).toStrictEqual({
      nodes: "invalid format - value does not look like a valid ha node\n",
      resources: "invalid format - value does not look like a valid ha resource id\n",
    });
  });

  it("takes Sys.Console to change and Sys.Audit to read", async () => {
    expect(await line("POST", resources, { sid: "vm:100" }, "auditor")).toBe(
      "403 Permission check failed (/, Sys.Console)",
    );
    expect(await line("GET", `${resources}/vm:100`, undefined, "nodesAuditor")).toBe(
      "403 Permission check failed (/, Sys.Audit)",
    );
  });

  it("has groups and no rules before Proxmox VE 9", async () => {
    pve.cluster.version = { ...pve.cluster.version, version: "8.4.14" };
    expect(await line("POST", resources, { sid: "vm:100", group: "gpus" })).toBe("200 OK");
    expect((await send("GET", `${resources}/vm:100`)).data).toMatchObject({ group: "gpus" });
    expect(await line("POST", rules, rule)).toBe("501 Method 'POST /cluster/ha/rules' not implemented");
  });
});

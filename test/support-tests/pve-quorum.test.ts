import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cutOff } from "../support/pve/cluster.ts";
import { exchange } from "../support/pve/exchange.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import type { JsonObject } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const load = (name: string) =>
  readHardwareFile(new URL(`../fixtures/clusters/${name}.json`, import.meta.url));

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve({ source: load("mid-upgrade"), node: "newest" });
});
afterEach(() => pve.close());

async function ask(path: string, method = "GET", form?: Record<string, string>): Promise<[string, unknown]> {
  const answer = await exchange(pve, {
    method,
    path: `/api2/json${path}`,
    token: pve.tokens.mapper,
    ...(form === undefined ? {} : { form }),
  });
  const text = answer.body.toString();
  const body = text === "" ? null : (JSON.parse(text) as JsonObject);
  return [`${answer.status} ${answer.reason}`, body?.["data"] ?? null];
}

/** Whether there is quorum, and the members that are online. */
async function status(): Promise<unknown> {
  const [, data] = await ask("/cluster/status");
  const entries = data as JsonObject[];
  const online = entries.filter((entry) => entry["online"] === 1).map((entry) => String(entry["name"]));
  return { quorate: entries.find(({ type }) => type === "cluster")?.["quorate"], online: online.toSorted() };
}

describe("a cluster's quorum", () => {
  it("is there while most members are", async () => {
    expect(await status()).toEqual({ quorate: 1, online: ["newer", "newest", "old"] });
    const old = pve.cluster.nodes.get("old");
    if (old !== undefined) old.entry = { ...old.entry, status: "offline" };
    expect(await status()).toEqual({ quorate: 1, online: ["newer", "newest"] });
  });

  it("is lost in between: the others are offline and nothing can be written", async () => {
    cutOff(pve.cluster, "newest");
    expect(await status()).toEqual({ quorate: 0, online: ["newest"] });
    const [, nodes] = await ask("/nodes");
    const seen = (nodes as JsonObject[]).map(({ node, status: state }) => `${String(node)} ${String(state)}`);
    expect(seen.toSorted()).toEqual(["newer offline", "newest online", "old offline"]);
    expect((await ask("/nodes/old/hardware/pci"))[0]).toBe("595 Connection refused");
    const lock = "error with cfs lock 'file-mapping_pci_cfg': no quorum!";
    expect((await ask("/cluster/mapping/pci/flex", "PUT", { map: "x" }))[0]).toMatch(/^400 /);
    expect(
      (
        await ask("/cluster/mapping/pci", "POST", { id: "new", map: "id=1af4:1041,node=old,path=0000:01:00" })
      )[0],
    ).toBe(`500 create hardware mapping failed: ${lock}`);
    expect((await ask("/cluster/mapping/pci/flex", "DELETE"))[0]).toBe(
      `500 delete pci mapping failed: ${lock}`,
    );
    expect((await ask("/nodes/newest/qemu", "POST", { vmid: "100" }))[0]).toBe(
      "500 cluster not ready - no quorum?",
    );
    expect((await ask("/nodes/newest/qemu/100/status/start", "POST"))[0]).toBe(
      "500 cluster not ready - no quorum?",
    );
    expect(pve.cluster.mappings.has("flex")).toBe(true);
  });

  it("comes from a hardware file", async () => {
    await pve.close();
    pve = await startPve({ source: load("no-quorum") });
    expect(await status()).toEqual({ quorate: 0, online: ["alone"] });
  });
});

describe("a member in the middle of an upgrade", () => {
  it.each([
    ["old", "8.4.14", false],
    ["newer", "9.1.9", false],
    ["newest", "9.2.11", true],
  ])("%s tells its own version %s, and links of functions: %s", async (node, version, linked) => {
    expect((await ask(`/nodes/${node}/version`))[1]).toMatchObject({ version });
    const [, devices] = await ask(`/nodes/${node}/hardware/pci`);
    expect((devices as JsonObject[]).some((device) => "virtfns" in device)).toBe(linked);
  });

  it("answers /version with its own", async () => {
    const other = await startPve({ source: { cluster: pve.cluster, tokens: pve.tokens }, node: "old" });
    try {
      const answer = await exchange(other, { path: "/api2/json/version", token: pve.tokens.mapper });
      expect(JSON.parse(answer.body.toString())).toMatchObject({ data: { version: "8.4.14" } });
    } finally {
      await other.close();
    }
  });
});

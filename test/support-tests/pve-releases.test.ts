import { afterEach, describe, expect, it } from "vitest";
import { exchange } from "../support/pve/exchange.ts";
import { type Hardware, readHardwareFile } from "../support/pve/hardware-file.ts";
import type { JsonObject } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const load = (file: string): Hardware =>
  readHardwareFile(new URL(`../fixtures/clusters/${file}`, import.meta.url));

let pve: PveStandIn;
afterEach(() => pve.close());

/** Starts the constructed cluster as another release would serve it. */
async function start(file: string, version: string): Promise<void> {
  pve = await startPve({ source: { ...load(file), version: { version } } });
}

async function ask(
  path: string,
  token = pve.tokens.discovery,
): Promise<{ line: string; body: JsonObject | null }> {
  const answer = await exchange(pve, { path: `/api2/json${path}`, token });
  const text = answer.body.toString();
  return {
    line: `${answer.status} ${answer.reason}`,
    body: text === "" ? null : (JSON.parse(text) as JsonObject),
  };
}

async function devices(path: string): Promise<JsonObject[]> {
  return (await ask(path)).body?.["data"] as unknown as JsonObject[];
}

describe("a release", () => {
  it.each([
    ["8.2.7", { data: null }],
    ["8.3.3", { data: null }],
    ["8.3.4", { data: null, message: "Permission check failed (/, Sys.Audit|Sys.Modify)\n" }],
    ["8.4.1", { data: null, message: "Permission check failed (/, Sys.Audit|Sys.Modify)\n" }],
  ])("%s puts into the body of an error: %o", async (version, body) => {
    await start("release-8.4.json", version);
    expect((await ask("/nodes/pve-01/hardware/pci", pve.tokens.nothing)).body).toEqual(body);
  });

  it.each([
    ["9.1.4", "invalid token value!"],
    ["9.1.5", "Authentication failed!"],
  ])("%s refuses a wrong secret with: %s", async (version, reason) => {
    await start("corners.json", version);
    expect((await ask("/version", pve.tokens.wrongSecret)).line).toBe(`401 ${reason}`);
  });

  it.each([
    ["8.4.1", "unknown", "401 no such token 'never' for user 'gpuhost@pve'"],
    ["8.4.1", "expired", "401 token 'expired' access expired"],
    ["8.4.1", "disabled", "401 user 'off@pve' is disabled"],
  ] as const)("%s names what is wrong with the %s token", async (version, token, line) => {
    await start("release-8.4.json", version);
    expect((await ask("/version", pve.tokens[token])).line).toBe(line);
  });

  it.each([
    ["9.1.11", false],
    ["9.1.12", true],
  ])("%s reports links between functions: %s", async (version, linked) => {
    await start("sriov-9.2.json", version);
    const list = await devices("/nodes/pve-sriov/hardware/pci");
    expect(list.some((device) => "virtfns" in device)).toBe(linked);
    expect(list.some((device) => "physfn" in device)).toBe(linked);
    const terse = await devices("/nodes/pve-sriov/hardware/pci?verbose=0");
    expect(terse.some((device) => "virtfns" in device || "physfn" in device)).toBe(false);
  });

  it.each([
    ["8.2.7", ["class", "device", "id", "vendor"]],
    ["8.3.0", ["class", "device", "id", "iommugroup", "mdev", "vendor"]],
  ])("%s says with verbose=0 of a device: %o", async (version, fields) => {
    await start("release-8.4.json", version);
    const list = await devices("/nodes/10g-host/hardware/pci?verbose=0");
    expect(Object.keys(list.find(({ id }) => id === "0000:0a:00.0") ?? {}).toSorted()).toEqual(fields);
  });

  it.each([
    ["8.2.7", "400 Parameter verification failed.", { pciid: "value does not match the regex pattern" }],
    ["8.3.0", "200 OK", undefined],
  ])("%s takes a mapping for its mdev types: %s", async (version, line, errors) => {
    await start("release-8.4.json", version);
    const answer = await ask("/nodes/10g-host/hardware/pci/t4/mdev");
    expect(answer.line).toBe(line);
    expect(answer.body?.["errors"]).toEqual(errors);
  });

  it.each([
    ["7.2-11", "403 Permission check failed (/, Sys.Modify)"],
    ["7.3-1", "200 OK"],
  ])("%s lets Sys.Audit read the hardware: %s", async (version, line) => {
    await start("corners.json", version);
    expect((await ask("/nodes/odd/hardware/pci")).line).toBe(line);
  });

  it.each([
    ["8.0.4", "/pools"],
    ["8.1.3", "/pool"],
  ])("%s calls the pools' path %s", async (version, path) => {
    await start("corners.json", version);
    const permissions = (await ask("/access/permissions")).body?.["data"] as JsonObject;
    expect(Object.keys(permissions)).toContain(path);
  });

  it("7.4 knows no mappings and their privileges", async () => {
    await start("release-8.4.json", "7.4-20");
    expect((await ask("/cluster/mapping/pci")).line).toBe(
      "501 Method 'GET /cluster/mapping/pci' not implemented",
    );
    expect(pve.cluster.access.roles.get("Administrator")?.has("Mapping.Audit")).toBe(false);
  });
});

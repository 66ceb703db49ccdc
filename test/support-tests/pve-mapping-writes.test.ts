import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exchange } from "../support/pve/exchange.ts";
import type { JsonObject } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import type { StandardTokens } from "../support/pve/standard-access.ts";

const LINE = "id=10de:2204,iommugroup=14,node=pve1,path=0000:01:00,subsystem-id=1462:3884";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
});
afterEach(() => pve.close());

async function send(
  method: string,
  path: string,
  form?: Readonly<Record<string, string | readonly string[]>>,
  token: keyof StandardTokens = "mapper",
): Promise<{ line: string; body: JsonObject }> {
  const answer = await exchange(pve, {
    method,
    path: `/api2/json/cluster/mapping/pci${path}`,
    token: pve.tokens[token],
    ...(form === undefined ? {} : { form }),
  });
  return {
    line: `${answer.status} ${answer.reason}`,
    body: JSON.parse(answer.body.toString()) as JsonObject,
  };
}

const read = async (id: string): Promise<JsonObject> =>
  (await send("GET", `/${id}`)).body["data"] as JsonObject;

describe("a mapping", () => {
  it("is created, changed and removed", async () => {
    const before = (await read("gpu-ok"))["digest"];
    expect(await send("POST", "", { id: "card", map: LINE, description: "a card", mdev: "1" })).toEqual({
      line: "200 OK",
      body: { data: null },
    });
    const created = await read("card");
    expect(created).toEqual({
      type: "pci",
      map: [LINE],
      description: "a card",
      mdev: 1,
      digest: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    });
    expect(created["digest"]).not.toBe(before);

    const other = LINE.replace("01:00", "02:00");
    expect((await send("PUT", "/card", { map: [LINE, other], delete: "description,mdev" })).line).toBe(
      "200 OK",
    );
    const changed = await read("card");
    expect(changed).toEqual({ type: "pci", map: [LINE, other], digest: expect.anything() as string });
    expect(changed["digest"]).not.toBe(created["digest"]);

    expect((await send("DELETE", "/card")).line).toBe("200 OK");
    expect((await send("DELETE", "/card")).line).toBe("200 OK");
    expect((await send("GET", "/card")).line).toBe("500 mapping 'card' not found");
  });

  it("may name hardware that is not there: only a start compares", async () => {
    const line = "id=ffff:ffff,node=nowhere,path=ffffffff:ff:ff.f";
    expect((await send("POST", "", { id: "card", map: line })).line).toBe("200 OK");
  });

  it("has its comment read back encoded twice", async () => {
    await send("POST", "", { id: "card", map: LINE, description: "für IceQ X²" });
    expect((await read("card"))["description"]).toBe("fÃ¼r IceQ XÂ²");
  });

  it("is changed only when its digest is the one given", async () => {
    const digest = String((await read("gpu-ok"))["digest"]);
    expect((await send("PUT", "/gpu-ok", { map: LINE, digest: "0".repeat(40) })).line).toBe(
      "500 update hardware mapping failed: detected modified configuration - file changed by other user? Try again.",
    );
    expect((await send("PUT", "/gpu-ok", { map: LINE, digest })).line).toBe("200 OK");
  });

  it.each([
    [
      "POST",
      "",
      { id: "gpu-ok", map: LINE },
      "500 create hardware mapping failed: pci ID 'gpu-ok' already defined",
    ],
    ["PUT", "/none", { map: LINE }, "500 update hardware mapping failed: pci ID 'none' does not exist"],
    [
      "PUT",
      "/gpu-ok",
      { mdev: "1" },
      "500 update hardware mapping failed: missing value for required option 'map'",
    ],
    [
      "PUT",
      "/gpu-ok",
      { map: LINE, delete: "map" },
      "500 update hardware mapping failed: unable to delete required option 'map'",
    ],
    [
      "PUT",
      "/gpu-ok",
      { map: LINE, delete: "type" },
      "500 update hardware mapping failed: no such option 'type'",
    ],
    [
      "PUT",
      "/gpu-ok",
      { map: LINE, mdev: "0", delete: "mdev" },
      "500 update hardware mapping failed: cannot set and delete property 'mdev' at the same time!",
    ],
  ])("is refused: %s %s %o", async (method, path, form, line) => {
    expect((await send(method, path, form)).line).toBe(line);
  });

  it.each([
    [{ map: LINE }, { id: "property is missing and it is not optional" }],
    [{ id: "card" }, { map: "property is missing and it is not optional" }],
    [{ id: "c", map: LINE }, { id: "invalid format - invalid configuration ID 'c'\n" }],
    [{ id: "1card", map: LINE }, { id: "invalid format - invalid configuration ID '1card'\n" }],
    [
      { id: "card", map: LINE, comment: "x" },
      { comment: "property is not defined in schema and the schema does not allow additional properties" },
    ],
    [{ id: "card", map: LINE, mdev: "true" }, { mdev: "type check ('boolean') failed - got 'true'" }],
    [
      { id: "card", map: [LINE, LINE.replace("0000:01:00", "01:00")] },
      { "map[1]": "invalid format - format error\nmap[1].path: value does not match the regex pattern\n" },
    ],
    [
      { id: "card", map: "id=10de:2204,path=0000:01:00" },
      {
        "map[0]": "invalid format - format error\nmap[0].node: property is missing and it is not optional\n",
      },
    ],
    [
      { id: "card", map: `${LINE},what=1` },
      { "map[0]": "invalid format - invalid key in comma-separated list property: what\n" },
    ],
    [
      { id: "card", map: `${LINE},node=pve2` },
      { "map[0]": "invalid format - duplicate key in comma-separated list property: node\n" },
    ],
    [
      { id: "card", map: "pve1" },
      { "map[0]": "invalid format - value without key, but schema does not define a default key\n" },
    ],
    [
      { id: "card", map: LINE.replace("14", "x") },
      {
        "map[0]":
          "invalid format - format error\nmap[0].iommugroup: type check ('integer') failed - got 'x'\n",
      },
    ],
  ])("has a wrong parameter: %o", async (form, errors) => {
    expect(await send("POST", "", form)).toEqual({
      line: "400 Parameter verification failed.",
      body: { data: null, errors, message: "Parameter verification failed.\n" },
    });
  });

  it.each([
    ["POST", "", { id: "card", map: LINE }, "/mapping/pci"],
    ["PUT", "/gpu-ok", { map: LINE }, "/mapping/pci/gpu-ok"],
    ["DELETE", "/gpu-ok", undefined, "/mapping/pci"],
  ])("is not for everybody to %s", async (method, path, form, at) => {
    expect((await send(method, path, form, "discovery")).line).toBe(
      `403 Permission check failed (${at}, Mapping.Modify)`,
    );
  });
});

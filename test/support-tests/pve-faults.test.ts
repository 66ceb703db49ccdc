import { once } from "node:events";
import { connect } from "node:tls";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exchange } from "../support/pve/exchange.ts";
import type { Fault } from "../support/pve/faults.ts";
import { headerValues, type RawAnswer } from "../support/pve/raw-answer.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const HARDWARE = "/api2/json/nodes/pve1/hardware/pci";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
});
afterEach(() => pve.close());

const ask = (path = HARDWARE, token = pve.tokens.discovery): Promise<RawAnswer> =>
  exchange(pve, { path, token });

/** Everything that comes before the server or the test ends the connection. */
async function received(until: (text: string) => boolean): Promise<{ text: string; ended: boolean }> {
  const socket = connect({ host: "127.0.0.1", port: pve.port, ca: pve.caPem });
  let text = "";
  let ended = false;
  socket.on("error", () => undefined);
  socket.write(
    `GET ${HARDWARE} HTTP/1.1\r\nHost: x\r\nAuthorization: PVEAPIToken=${pve.tokens.discovery}\r\n\r\n`,
  );
  const closed = once(socket, "close").then(() => {
    ended = true;
  });
  while (!ended && !until(text)) {
    await Promise.race([closed, once(socket, "data").then(([chunk]) => (text += String(chunk)))]);
  }
  socket.destroy();
  return { text, ended };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("a fault", () => {
  it("meets only the requests that it names", async () => {
    const fault = pve.faults.add(
      { kind: "status", status: 503, reason: "Busy" },
      { method: "GET", path: /\/hardware\/pci$/, node: "pve1" },
    );
    expect((await ask("/api2/json/version")).status).toBe(200);
    expect((await ask("/api2/json/nodes/pve2/hardware/pci")).status).toBe(200);
    expect((await ask()).status).toBe(503);
    expect(fault.hits).toBe(1);
  });

  it("lets requests pass first and ends after some", async () => {
    const fault = pve.faults.add({ kind: "status", status: 503, reason: "Busy" }, { after: 1, times: 2 });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push((await ask()).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
    expect(fault.hits).toBe(2);
  });

  it("can be removed, alone or with all others", async () => {
    const fault = pve.faults.add({ kind: "drop" });
    fault.remove();
    pve.faults.add({ kind: "drop" });
    pve.faults.clear();
    expect((await ask()).status).toBe(200);
  });

  it("puts the caller's own secret into the message", async () => {
    pve.faults.add({ kind: "echo-secret" });
    const answer = await ask();
    expect(answer.reason).toBe(`internal error near 'PVEAPIToken=${pve.tokens.discovery}'`);
    expect(answer.body.toString()).toContain(pve.tokens.discovery);
  });

  it.each([
    [{ kind: "status", status: 596, reason: "Connection timed out" }, "596 Connection timed out", []],
    [
      { kind: "status", status: 429, reason: "Too Many Requests", headers: [["Retry-After", "1"]] },
      "429 Too Many Requests",
      ["1"],
    ],
  ] satisfies [Fault, string, string[]][])(
    "answers with another status: %o",
    async (fault, line, retryAfter) => {
      pve.faults.add(fault);
      const answer = await ask();
      expect(`${answer.status} ${answer.reason}`).toBe(line);
      expect(headerValues(answer, "Retry-After")).toEqual(retryAfter);
      expect(answer.body).toHaveLength(0);
    },
  );

  it("delays an answer and counts it as under way meanwhile", async () => {
    pve.faults.add({ kind: "delay", ms: 20 }, { path: "/nodes/pve1/hardware/pci" });
    await Promise.all([ask(), ask(), ask("/api2/json/nodes/pve2/hardware/pci")]);
    expect(pve.requests.peakPerNode.get("pve1")).toBe(2);
    expect(pve.requests.peakPerNode.get("pve2")).toBe(1);
    expect(pve.requests.peak).toBe(3);
    expect(pve.requests.underWay).toBe(0);
  });

  it("sends nothing and keeps the connection open", async () => {
    pve.faults.add({ kind: "hang" });
    const outcome = received(() => pve.requests.requests.length > 0);
    const request = await pve.requests.waitFor(({ path }) => path === "/nodes/pve1/hardware/pci");
    expect([request.caller, request.status, pve.requests.underWay]).toEqual([
      "gpuhost@pve!discovery",
      200,
      1,
    ]);
    await pve.close();
    expect((await outcome).text).toBe("");
  });

  it("stops in the middle of a body and keeps the connection open", async () => {
    pve.faults.add({ kind: "hang-mid-body" });
    const { text, ended } = await received((so) => so.includes('{"data":['));
    expect(ended).toBe(false);
    expect(isJson(text.split("\r\n\r\n")[1] ?? "")).toBe(false);
  });

  it("cuts the connection before an answer", async () => {
    pve.faults.add({ kind: "drop" });
    expect(await received(() => false)).toEqual({ text: "", ended: true });
  });

  it.each([
    [{ kind: "drop-mid-body" }, (promised: number, came: number) => came < promised],
    [{ kind: "wrong-length", by: 10 }, (promised: number, came: number) => came === promised - 10],
    [{ kind: "wrong-length", by: -10 }, (promised: number, came: number) => came === promised + 10],
  ] satisfies [Fault, (promised: number, came: number) => boolean][])(
    "sends another number of bytes than promised: %o",
    async (fault, test) => {
      pve.faults.add(fault);
      const { text } = await received(() => false);
      const promised = Number(/Content-Length: (\d+)/.exec(text)?.[1]);
      expect(test(promised, Buffer.byteLength(text.slice(text.indexOf("\r\n\r\n") + 4)))).toBe(true);
    },
  );

  it("sends gzip that breaks off", async () => {
    pve.faults.add({ kind: "broken-gzip" });
    const answer = await ask();
    expect(headerValues(answer, "Content-Encoding")).toEqual(["gzip"]);
    expect(() => gunzipSync(answer.body)).toThrow("unexpected end of file");
  });

  it("sends JSON that breaks off", async () => {
    pve.faults.add({ kind: "broken-json" });
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(isJson(answer.body.toString())).toBe(false);
  });

  it("sends a huge body, or any other", async () => {
    pve.faults.add({ kind: "huge-body", bytes: 3_000_000 }, { times: 1 });
    pve.faults.add({ kind: "body", body: "<html>", type: "text/html" });
    expect((await ask()).body.length).toBeGreaterThan(2_999_000);
    const other = await ask();
    expect([other.body.toString(), ...headerValues(other, "Content-Type")]).toEqual(["<html>", "text/html"]);
  });
});

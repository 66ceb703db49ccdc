import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { delayBefore, parseRetryAfter } from "../../../src/proxmox/asking/tries.ts";
import type { Fault } from "../../support/pve/faults.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";
import { ask, deadEndpoint, failure } from "../asking.ts";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
});
afterEach(async () => {
  await pve.closedByClients();
  await pve.close();
});

const status = (code: number, reason: string): Fault => ({ kind: "status", status: code, reason });

const TRANSIENT: Readonly<Record<string, Fault>> = {
  "429": status(429, "Too Many Requests"),
  "500 for no reason that is final": status(500, "got timeout"),
  "502": status(502, "Bad Gateway"),
  "503": status(503, "Service Unavailable"),
  "504": status(504, "Gateway Timeout"),
  "597, a proxied answer that broke off": status(597, "Connection reset by peer"),
  "a connection that is dropped before the answer": { kind: "drop" },
  "a connection that is dropped in the middle of the answer": { kind: "drop-mid-body" },
  "an answer that is shorter than it says": { kind: "wrong-length", by: 10 },
  "an answer whose compression breaks off": { kind: "broken-gzip" },
};

describe("a GET is repeated after", () => {
  it.each(Object.entries(TRANSIENT))("%s", async (_, fault) => {
    pve.faults.add(fault, { times: 2 });
    const { client, clock } = ask(pve);
    expect(await client.pciDevices("pve1")).toHaveLength(16);
    expect(pve.requests.lines).toHaveLength(3);
    expect(clock.pauses).toEqual([250, 500]);
    await client.close();
  });

  it.each(Object.entries(TRANSIENT))("%s, but not for ever", async (_, fault) => {
    pve.faults.add(fault);
    const { client, clock } = ask(pve);
    const error = await failure(client.pciDevices("pve1"));
    expect(error.attempts).toBe(4);
    expect(error.message).toContain(` at ${pve.endpoint} (4 attempts).`);
    expect(pve.requests.lines).toHaveLength(4);
    expect(clock.pauses).toEqual([250, 500, 1000]);
    await client.close();
  });
});

const FINAL: Readonly<Record<string, Fault>> = {
  "400": status(400, "Parameter verification failed."),
  "401": status(401, "Authentication failed!"),
  "403": status(403, "Permission check failed (/, Sys.Audit)"),
  "404": status(404, "Not Found"),
  "500 for a node that does not exist": status(500, "hostname lookup 'pve1' failed - unknown"),
  "500 for a mapping that does not exist": status(500, "mapping 'nope' not found"),
  "500 for a file that does not exist": status(500, "Configuration file 'x' does not exist"),
  "500 for want of permission": status(500, "only root can set 'hostpci0' config"),
  "501": status(501, "Method 'GET /nope' not implemented"),
  "595": status(595, "No route to host"),
  "596": status(596, "Connection timed out"),
  "301": {
    kind: "status",
    status: 301,
    reason: "Moved",
    headers: [
      ["Location", "https://else.where/"],
      ["Content-Length", "0"],
    ],
  },
  "an answer that is no JSON": { kind: "body", body: "<html>Hello</html>", type: "text/html" },
  "an answer that breaks off": { kind: "broken-json" },
};

describe("a GET is not repeated after", () => {
  it.each(Object.entries(FINAL))("%s", async (_, fault) => {
    pve.faults.add(fault);
    const { client, clock } = ask(pve);
    expect((await failure(client.pciDevices("pve1"))).attempts).toBe(1);
    expect(pve.requests.lines).toHaveLength(1);
    expect(clock.pauses).toEqual([]);
    await client.close();
  });
});

describe("retries", () => {
  it("are as many as the configuration says", async () => {
    pve.faults.add({ kind: "drop" });
    const { client } = ask(pve, { maxRetries: 0 });
    await failure(client.nodes());
    expect(pve.requests.lines).toHaveLength(1);
    await client.close();
  });

  it("include a connection that is refused", async () => {
    const endpoint = await deadEndpoint();
    const { client, clock } = ask(pve, { endpoints: [endpoint] });
    const error = await failure(client.nodes());
    expect(error.message).toBe(
      [
        `${endpoint} refuses the connection.`,
        `Tried: GET /api2/json/nodes at ${endpoint} (4 attempts).`,
        "Check that the host is up, that pveproxy runs on it, and that no firewall is between.",
      ].join("\n\n"),
    );
    expect(error.code).toBe("unreachable");
    expect(clock.pauses).toEqual([250, 500, 1000]);
    await client.close();
  });

  it("wait as long as the server asks", async () => {
    pve.faults.add(
      { kind: "status", status: 429, reason: "Slow down", headers: [["Retry-After", "7"]] },
      { times: 1 },
    );
    const { client, clock } = ask(pve);
    await client.nodes();
    expect(clock.pauses).toEqual([7000]);
    await client.close();
  });

  it.each([
    ["86400", "86400 s", 1200],
    ["1200", "1200 s", 1200],
    [`${"9".repeat(40)}`, "31536000 s", 1200],
    ["Fri, 02 Jan 2026 00:00:00 GMT", "86400 s", 1200],
  ])("end at once when the server asks to wait %s, longer than a request may take", async (header, wait) => {
    pve.faults.add({ kind: "status", status: 503, reason: "Busy", headers: [["Retry-After", header]] });
    const { client, clock } = ask(pve);
    const error = await failure(client.nodes());
    expect(error.message).toBe(
      [
        `Proxmox failed to answer (503 Busy). The server asks to wait ${wait} before it is asked again, and a request may take 1200 s at most.`,
        `Tried: GET /api2/json/nodes at ${pve.endpoint}.`,
        "Try again after that time. The journals of pveproxy and pvedaemon on that host may say why.",
      ].join("\n\n"),
    );
    expect(clock.pauses).toEqual([]);
    expect(pve.requests.lines).toHaveLength(1);
    await client.close();
  });

  it("end within the time of a request, whatever the server asks each time", async () => {
    pve.faults.add({ kind: "status", status: 503, reason: "Busy", headers: [["Retry-After", "450"]] });
    const { client, clock } = ask(pve);
    const error = await failure(client.nodes());
    expect(clock.pauses).toEqual([450_000, 450_000]);
    expect(error.problem).toBe(
      "Proxmox failed to answer (503 Busy). The server asks to wait 450 s before it is asked again.",
    );
    expect(error.attempts).toBe(3);
    await client.close();
  });

  it.each(["soon", "-5", "1e9"])("pass over a Retry-After of %j", async (header) => {
    pve.faults.add(
      { kind: "status", status: 503, reason: "Busy", headers: [["Retry-After", header]] },
      { times: 1 },
    );
    const { client, clock } = ask(pve);
    await client.nodes();
    expect(clock.pauses).toEqual([250]);
    await client.close();
  });

  it("are logged with the reason", async () => {
    pve.faults.add(status(503, "Busy"), { times: 1 });
    const { client, log } = ask(pve);
    await client.nodes();
    expect(log.filter(({ level }) => level === "warn")).toEqual([
      {
        level: "warn",
        message: "Proxmox will be asked again",
        fields: {
          request: "GET /api2/json/nodes",
          attempt: 1,
          problem: "Proxmox failed to answer (503 Busy).",
          delay_ms: 250,
        },
      },
    ]);
    await client.close();
  });
});

describe("the pause before the next attempt", () => {
  it.each([
    [1, 0, 0],
    [1, 0.999, 499],
    [2, 0.999, 999],
    [3, 0.5, 1000],
    [5, 0.5, 4000],
    [20, 0.999, 7992],
  ])("after %i attempts with the random number %f is %i ms", (attempt, random, expected) => {
    expect(delayBefore(attempt, random, undefined)).toBe(expected);
  });

  it("is what the server asks for, even if that is nothing", () => {
    expect(delayBefore(3, 0.5, 0)).toBe(0);
  });
});

describe("Retry-After", () => {
  const now = Date.UTC(2026, 10, 22, 12, 0, 0);

  it.each([
    ["0", 0],
    ["7", 7000],
    [" 7 ", 7000],
    ["86400", 86_400_000],
    ["9999999999", 31_536_000_000],
    ["Sun, 22 Nov 2026 12:00:05 GMT", 5000],
    ["Sun, 22 Nov 2026 11:00:00 GMT", 0],
    ["Mon, 23 Nov 2026 12:00:00 GMT", 86_400_000],
  ])("%j is %i ms", (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });

  it.each(["", "-1", "1.5", "1e3", "soon", "2026-11-22T12:00:05Z", "Sun, 99 Nov 2026 12:00:05 GMT"])(
    "%j says nothing",
    (value) => {
      expect(parseRetryAfter(value, now)).toBeUndefined();
    },
  );
});

import { createServer as createPlainServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";
import { ask, deadEndpoint, failure } from "../asking.ts";

const INSECURE = { minVersion: "1.3", insecure: true, fingerprints: [], authorities: null } as const;

let first: PveStandIn;
let second: PveStandIn;
beforeEach(async () => {
  first = await startPve();
  second = await startPve({ source: first, node: "pve2" });
});
afterEach(async () => {
  for (const pve of [first, second]) {
    await pve.closedByClients();
    await pve.close();
  }
});

/** A server that takes connections and says nothing. */
async function silentServer() {
  const server = createPlainServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    endpoint: `https://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    connected: new Promise((resolve) => server.once("connection", resolve)),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const askBoth = (endpoints: readonly string[]) => ask(first, { endpoints, tls: INSECURE });

describe("of several endpoints", () => {
  it("the first is asked as long as it answers", async () => {
    const { client } = askBoth([first.endpoint, second.endpoint]);
    await client.nodes();
    await client.version();
    expect(first.requests.lines).toEqual(["GET /nodes", "GET /version"]);
    expect(second.requests.lines).toEqual([]);
    await client.close();
  });

  it("the next is asked at once when one refuses the connection, and is remembered", async () => {
    const dead = await deadEndpoint();
    const { client, clock } = askBoth([dead, second.endpoint]);
    await client.nodes();
    await client.version();
    expect(second.requests.lines).toEqual(["GET /nodes", "GET /version"]);
    expect(clock.pauses).toEqual([]);
    await client.close();
  });

  it("the next is asked when one drops the connection before it answers", async () => {
    first.faults.add({ kind: "drop" });
    const { client, clock } = askBoth([first.endpoint, second.endpoint]);
    await client.nodes();
    await client.version();
    expect(first.requests.lines).toEqual(["GET /nodes"]);
    expect(second.requests.lines).toEqual(["GET /nodes", "GET /version"]);
    expect(clock.pauses).toEqual([]);
    await client.close();
  });

  it("the first is asked again when the next one fails later", async () => {
    first.faults.add({ kind: "drop" }, { times: 1 });
    const { client } = askBoth([first.endpoint, second.endpoint]);
    await client.nodes();
    second.faults.add({ kind: "drop" });
    await client.version();
    expect(first.requests.lines).toEqual(["GET /nodes", "GET /version"]);
    await client.close();
  });

  it.each([
    ["an answer with an error", { kind: "status", status: 403, reason: "Permission check failed (/, X.Y)" }],
    ["an answer that says the node is offline", { kind: "status", status: 595, reason: "No route to host" }],
    ["an answer that makes no sense", { kind: "body", body: "nonsense" }],
  ] as const)("no other is asked after %s", async (_, fault) => {
    first.faults.add(fault);
    const { client } = askBoth([first.endpoint, second.endpoint]);
    await failure(client.pciDevices("pve1"));
    expect(second.requests.lines).toEqual([]);
    await client.close();
  });

  it("no other is asked when the certificate of one is not trusted", async () => {
    const { client } = ask(second, { endpoints: [first.endpoint, second.endpoint] });
    expect((await failure(client.nodes())).code).toBe("tls");
    expect(second.requests.lines).toEqual([]);
    await client.close();
  });

  it("all are named when none answers", async () => {
    const dead = await deadEndpoint();
    first.faults.add({ kind: "drop" });
    const { client } = ask(first, { endpoints: [dead, first.endpoint], tls: INSECURE, maxRetries: 1 });
    const error = await failure(client.nodes());
    expect(error.problem).toBe(
      `${dead} refuses the connection. ${first.endpoint} closed the connection without an answer.`,
    );
    expect(error.message).toContain(
      `Tried: GET /api2/json/nodes at ${dead}, then ${first.endpoint} (2 attempts).`,
    );
    await client.close();
  });

  it("the next is asked when one lets nobody in for five seconds", async () => {
    const silent = await silentServer();
    const { client, clock } = askBoth([silent.endpoint, second.endpoint]);
    const nodes = client.nodes();
    await silent.connected;
    clock.expire(5_000);
    expect(await nodes).toHaveLength(4);
    await client.close();
    await silent.close();
  });

  it.each([
    ["before its headers", { kind: "hang" }],
    ["in the middle of its body", { kind: "hang-mid-body" }],
  ] as const)("the next is asked when one falls silent %s, and is remembered", async (_, fault) => {
    const { client, clock } = askBoth([first.endpoint, second.endpoint]);
    await client.nodes();
    const met = first.faults.add(fault);
    const devices = client.pciDevices("pve1");
    await expect.poll(() => met.hits).toBe(1);
    clock.expire(300_000);
    expect(await devices).toHaveLength(16);
    await client.version();
    expect(met.hits).toBe(1);
    expect(second.requests.lines).toHaveLength(2);
    expect(clock.pauses).toEqual([]);
    await client.close();
  });

  it("the next is asked when one drops the connection in the middle of its answer", async () => {
    first.faults.add({ kind: "drop-mid-body" });
    const { client, clock } = askBoth([first.endpoint, second.endpoint]);
    expect(await client.nodes()).toHaveLength(4);
    expect(clock.pauses).toEqual([]);
    await client.close();
  });

  it.each([502, 503, 504])("the next is asked when one answers %i, and is remembered", async (status) => {
    const headers = [["Retry-After", "60"]] as const;
    first.faults.add({ kind: "status", status, reason: "No", headers });
    const { client, clock } = askBoth([first.endpoint, second.endpoint]);
    expect(await client.nodes()).toHaveLength(4);
    await client.version();
    expect(first.requests.lines).toEqual(["GET /nodes"]);
    expect(clock.pauses).toEqual([]);
    await client.close();
  });

  it("all are named when all answer 503, and all are asked again", async () => {
    for (const pve of [first, second]) pve.faults.add({ kind: "status", status: 503, reason: "No" });
    const { client, clock } = ask(first, { endpoints: [first.endpoint, second.endpoint], tls: INSECURE });
    const error = await failure(client.nodes());
    expect(error.problem).toBe(`${first.endpoint} answers 503. Proxmox failed to answer (503 No).`);
    expect(error.message).toContain(
      `Tried: GET /api2/json/nodes at ${first.endpoint}, then ${second.endpoint} (4 attempts).`,
    );
    expect([first, second].map(({ requests }) => requests.lines.length)).toEqual([4, 4]);
    expect(clock.pauses).toEqual([250, 500, 1000]);
    await client.close();
  });

  it("a time-out of the last one is not repeated, whatever the others did", async () => {
    const dead = await deadEndpoint();
    const met = first.faults.add({ kind: "hang" });
    const { client, clock } = askBoth([dead, first.endpoint]);
    const asked = failure(client.nodes());
    await expect.poll(() => met.hits).toBe(1);
    clock.expire(300_000);
    const error = await asked;
    expect(error.message).toBe(
      [
        `${dead} refuses the connection. ${first.endpoint} did not finish its answer within 300 s.`,
        `Tried: GET /api2/json/nodes at ${dead}, then ${first.endpoint}.`,
        'Check that the host is not overloaded, or allow more time with "timeout" (seconds, at most 300).',
      ].join("\n\n"),
    );
    expect(clock.pauses).toEqual([]);
    await client.close();
  });
});

describe("an endpoint that lets nobody in", () => {
  it("is given up when its time is up, and not asked again", async () => {
    const silent = await silentServer();
    const { client, clock } = ask(first, { endpoints: [silent.endpoint] });
    const nodes = failure(client.nodes());
    await silent.connected;
    clock.expire(300_000);
    const error = await nodes;
    expect(error.message).toBe(
      [
        `${silent.endpoint} did not accept a connection in time.`,
        `Tried: GET /api2/json/nodes at ${silent.endpoint}.`,
        "Check that the host is up and that no firewall or proxy (HTTPS_PROXY) is in the way.",
      ].join("\n\n"),
    );
    expect(error.code).toBe("timeout");
    await client.close();
    await silent.close();
  });
});

describe("an endpoint without a port", () => {
  it("is explained when nobody answers on 443", async () => {
    const { client } = ask(first, { endpoints: ["https://127.66.0.1"], maxRetries: 0 });
    const error = await failure(client.nodes());
    expect(error.problem).toBe("https://127.66.0.1 refuses the connection.");
    expect(error.advice).toBe(
      'The endpoint names no port, so HTTPS\'s own (443) was asked; Proxmox listens on 8006: "https://127.66.0.1:8006".',
    );
    await client.close();
  });
});

describe("a name that does not resolve", () => {
  it("is not looked up again and again", async () => {
    const { client, clock } = ask(first, { endpoints: ["https://pve.invalid:8006"] });
    const error = await failure(client.nodes());
    expect(error.code).toBe("unreachable");
    expect(clock.pauses.length).toBeLessThanOrEqual(3);
    await client.close();
  });
});

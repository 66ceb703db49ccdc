import { createServer as createPlainServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { ask, deadEndpoint, failure } from "./asking.ts";

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

  it("the next is asked when one lets nobody in for ten seconds", async () => {
    const silent = createPlainServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { client, clock } = askBoth([`https://127.0.0.1:${port}`, second.endpoint]);
    const connected = new Promise((resolve) => silent.once("connection", resolve));
    const nodes = client.nodes();
    await connected;
    clock.expire(10_000);
    expect(await nodes).toHaveLength(4);
    await client.close();
    await new Promise((resolve) => silent.close(resolve));
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

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { passwordCredentials, ticketCredentials } from "../../../src/proxmox/settings/credentials.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";
import { PASSWORD } from "../../support/pve/standard-access.ts";
import { ask, deadEndpoint, failure } from "../asking.ts";

const TOKEN_ADVICE =
  "An API token needs neither a password nor a second factor: pveum user token add USER@REALM discovery --privsep 0.";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
});
afterEach(async () => {
  await pve.closedByClients();
  await pve.close();
});

const right = passwordCredentials("gpu@pve", PASSWORD, null);

describe("with user name and password", () => {
  it("a client signs in once for all requests that begin together", async () => {
    const { client } = ask(pve, { credentials: right });
    await Promise.all([client.nodes(), client.version(), client.pciDevices("pve1"), client.permissions()]);
    expect(pve.requests.lines.filter((line) => line === "POST /access/ticket")).toHaveLength(1);
    expect(pve.requests.lines).toHaveLength(5);
    await client.close();
  });

  it("the form has a length and no chunks, and the ticket goes into a cookie", async () => {
    const { client } = ask(pve, { credentials: passwordCredentials("gpu@pve", PASSWORD, null) });
    await client.nodes();
    const [signIn, nodes] = pve.requests.requests;
    expect(signIn?.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
    const form = new URLSearchParams({ username: "gpu@pve", password: PASSWORD });
    expect(signIn?.headers.get("content-length")).toBe(String(form.toString().length));
    expect(signIn?.headers.has("transfer-encoding")).toBe(false);
    expect(nodes?.headers.get("cookie")).toMatch(/^PVEAuthCookie=PVE:gpu@pve:[0-9A-F]{8}::[A-Za-z0-9+/]+$/);
    expect(nodes?.headers.has("authorization")).toBe(false);
    await client.close();
  });

  it("a ticket that has expired is renewed, once for all that meet it", async () => {
    const { client } = ask(pve, { credentials: right });
    await client.nodes();
    pve.cluster.tickets.expireAll();
    await Promise.all([client.pciDevices("pve1"), client.pciDevices("pve2"), client.pciDevices("pve3")]);
    expect(pve.requests.lines.filter((line) => line === "POST /access/ticket")).toHaveLength(2);
    pve.cluster.tickets.expireAll();
    await client.permissions();
    expect(pve.requests.lines.filter((line) => line === "POST /access/ticket")).toHaveLength(3);
    await client.close();
  });

  it("a ticket with which Proxmox answers that something is not there is good, and is renewed later", async () => {
    const { client } = ask(pve, { credentials: right });
    await client.nodes();
    pve.cluster.tickets.expireAll();
    expect((await failure(client.guestPending("pve1", "qemu", 999))).status).toBeGreaterThan(401);
    pve.cluster.tickets.expireAll();
    await client.permissions();
    expect(pve.requests.lines.filter((line) => line === "POST /access/ticket")).toHaveLength(3);
    await client.close();
  });

  it("a fresh ticket that is refused is renewed once and no more", async () => {
    pve.faults.add(
      { kind: "status", status: 401, reason: "permission denied - invalid PVE ticket" },
      { method: "GET" },
    );
    const { client } = ask(pve, { credentials: right });
    const error = await failure(client.nodes());
    expect(error.message).toBe(
      [
        'Proxmox does not accept the ticket that it gave to "gpu@pve" (401 permission denied - invalid PVE ticket): it is refused or has expired.',
        `Tried: GET /api2/json/nodes at ${pve.endpoint}.`,
        "Check the clocks of the cluster's hosts: a ticket of one host must be good on the others.",
      ].join("\n\n"),
    );
    await failure(client.version());
    expect(pve.requests.lines).toEqual([
      "POST /access/ticket",
      "GET /nodes",
      "POST /access/ticket",
      "GET /nodes",
      "GET /version",
    ]);
    await client.close();
  });

  it.each(["pve9", "pve7"] as const)(
    "a wrong password is tried once and never again (%s)",
    async (source) => {
      const cluster = await startPve({ source });
      const { client } = ask(cluster, { credentials: passwordCredentials("gpu@pve", "wrong-1", null) });
      const errors = await Promise.all([failure(client.nodes()), failure(client.version())]);
      errors.push(await failure(client.permissions()));
      expect(errors.map(({ code, problem }) => `${code}: ${problem}`)).toEqual(
        Array(3).fill('unauthorized: Proxmox refuses to sign in "gpu@pve" (401 authentication failure).'),
      );
      expect(errors[0]?.advice).toBe(
        `The user name (with its realm) or the password is wrong, or the user is disabled or has expired. ${TOKEN_ADVICE}`,
      );
      expect(cluster.requests.lines).toEqual(["POST /access/ticket"]);
      await client.close();
      await cluster.close();
    },
  );

  it("a wrong password that ends as a file does is told so", async () => {
    const { client } = ask(pve, { credentials: passwordCredentials("gpu@pve", `${PASSWORD}\n`, null) });
    const { advice } = await failure(client.nodes());
    expect(advice).toBe(
      `The user name (with its realm) or the password is wrong, or the user is disabled or has expired. The password has a line break at its end. Leave it out: for a value in a file, trimspace(file(…)) does that. ${TOKEN_ADVICE}`,
    );
    await client.close();
  });

  it("a second factor is an error that recommends a token", async () => {
    const { client } = ask(pve, { credentials: passwordCredentials("tfa@pve", PASSWORD, null) });
    const error = await failure(client.nodes());
    expect(error.code).toBe("tfa-needed");
    expect(error.message).toBe(
      [
        'Proxmox wants a second factor for "tfa@pve".',
        `Tried: POST /api2/json/access/ticket at ${pve.endpoint}.`,
        TOKEN_ADVICE,
      ].join("\n\n"),
    );
    await failure(client.version());
    expect(pve.requests.lines).toEqual(["POST /access/ticket"]);
    await client.close();
  });

  it.each([502, 503, 504, 595, 596, 597, 598, 599])("a sign-in is repeated after %i", async (status) => {
    pve.faults.add({ kind: "status", status, reason: "Busy" }, { method: "POST", times: 2 });
    const { client, clock } = ask(pve, { credentials: right });
    expect(await client.nodes()).toHaveLength(4);
    expect(clock.pauses).toEqual([250, 500]);
    expect(pve.requests.lines).toEqual([...Array(3).fill("POST /access/ticket"), "GET /nodes"]);
    await client.close();
  });

  it("a sign-in is repeated when nobody lets it in, but not for ever", async () => {
    const endpoint = await deadEndpoint();
    const { client, clock } = ask(pve, { credentials: right, endpoints: [endpoint] });
    const error = await failure(client.nodes());
    expect(error.message).toContain(`Tried: POST /api2/json/access/ticket at ${endpoint} (4 attempts).`);
    expect(clock.pauses).toEqual([250, 500, 1000]);
    await client.close();
  });

  it.each([
    ["429", { kind: "status", status: 429, reason: "Slow down" }],
    ["500", { kind: "status", status: 500, reason: "got timeout" }],
    ["a connection dropped before the answer", { kind: "drop" }],
  ] as const)("a sign-in is not repeated after %s, but the next request tries anew", async (_, fault) => {
    pve.faults.add(fault, { method: "POST", times: 1 });
    const { client, clock } = ask(pve, { credentials: right });
    await failure(client.nodes());
    expect(clock.pauses).toEqual([]);
    expect(await client.nodes()).toHaveLength(4);
    expect(pve.requests.lines).toEqual(["POST /access/ticket", "POST /access/ticket", "GET /nodes"]);
    await client.close();
  });

  it("an answer without a ticket is an error", async () => {
    pve.faults.add({ kind: "body", body: '{"data":{"username":"gpu@pve"}}' }, { method: "POST" });
    const { client } = ask(pve, { credentials: right });
    const error = await failure(client.nodes());
    expect(`${error.code}: ${error.problem}`).toBe("malformed: The answer to the sign-in has no ticket.");
    await client.close();
  });
});

describe("with a one-time password", () => {
  const credentials = passwordCredentials("tfa@pve", PASSWORD, "123456");

  it("a client signs in", async () => {
    const { client } = ask(pve, { credentials });
    expect(await client.nodes()).toHaveLength(4);
    expect(pve.requests.requests[0]?.parameters.get("otp")).toBe("123456");
    await client.close();
  });

  it("an expired ticket is not renewed", async () => {
    const { client } = ask(pve, { credentials });
    await client.nodes();
    pve.cluster.tickets.expireAll();
    const error = await failure(client.pciDevices("pve1"));
    expect(error.problem).toBe(
      'Proxmox does not accept the ticket that it gave to "tfa@pve" (401 Authentication failed!): it is refused or has expired.',
    );
    expect(error.advice).toBe(`The one-time password cannot be used for a second sign-in. ${TOKEN_ADVICE}`);
    expect(pve.requests.lines.filter((line) => line.startsWith("POST"))).toHaveLength(1);
    await client.close();
  });

  it.each([503, 595])("a sign-in is not repeated after %i, not even at another member", async (status) => {
    const other = await startPve({ source: pve });
    pve.faults.add({ kind: "status", status, reason: "Busy" }, { method: "POST", times: 1 });
    const { client, clock } = ask(pve, {
      credentials,
      endpoints: [pve.endpoint, other.endpoint],
      tls: { minVersion: "1.3", insecure: true, fingerprints: [], authorities: null },
    });
    expect((await failure(client.nodes())).status).toBe(status);
    await failure(client.nodes());
    expect(clock.pauses).toEqual([]);
    expect([...pve.requests.lines, ...other.requests.lines]).toEqual(["POST /access/ticket"]);
    await client.close();
    await other.close();
  });

  it("a sign-in whose answer was lost is not sent again, not even to another member", async () => {
    const other = await startPve({ source: pve });
    pve.faults.add({ kind: "drop" }, { method: "POST" });
    const { client } = ask(pve, {
      credentials,
      endpoints: [pve.endpoint, other.endpoint],
      tls: { minVersion: "1.3", insecure: true, fingerprints: [], authorities: null },
    });
    expect((await failure(client.nodes())).code).toBe("unreachable");
    expect((await failure(client.nodes())).code).toBe("unreachable");
    expect([...pve.requests.lines, ...other.requests.lines]).toEqual(["POST /access/ticket"]);
    await client.close();
    await other.close();
  });
});

describe("with a ticket", () => {
  const ticketFor = (user: string) =>
    ticketCredentials(pve.cluster.tickets.issue(user, new Date()), "6B02E059:Y3NyZg");

  it("a client needs no sign-in", async () => {
    const { client } = ask(pve, { credentials: ticketFor("gpu@pve") });
    expect(await client.nodes()).toHaveLength(4);
    expect(pve.requests.lines).toEqual(["GET /nodes"]);
    await client.close();
  });

  it("a refused one is an error that says so", async () => {
    const { client } = ask(pve, { credentials: ticketFor("gpu@pve") });
    pve.cluster.tickets.expireAll();
    const error = await failure(client.nodes());
    expect(error.message).toBe(
      [
        'Proxmox does not accept the ticket of "gpu@pve" (401 Authentication failed!): it is refused or has expired.',
        `Tried: GET /api2/json/nodes at ${pve.endpoint}.`,
        `Tickets live two hours; get a new one. ${TOKEN_ADVICE}`,
      ].join("\n\n"),
    );
    expect(pve.requests.lines).toEqual(["GET /nodes"]);
    await client.close();
  });
});

import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect as connectPlain } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { exchange } from "../support/pve/exchange.ts";
import { headerValues, parseRawAnswer } from "../support/pve/raw-answer.ts";
import { type PveStandIn, type StandInOptions, startPve } from "../support/pve/stand-in.ts";

const running: PveStandIn[] = [];

async function start(options: StandInOptions = {}): Promise<PveStandIn> {
  const pve = await startPve(options);
  running.push(pve);
  return pve;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((pve) => pve.close()));
});

/** Opens a TLS connection, with another's session when one is given. */
async function open(pve: PveStandIn, session?: Buffer): Promise<TLSSocket> {
  const socket = connect({
    host: "127.0.0.1",
    port: pve.port,
    ca: pve.caPem,
    ...(session === undefined ? {} : { session }),
  });
  await once(socket, "secureConnect");
  return socket;
}

/** Writes a request and waits for the whole answer on a connection that stays open. */
async function ask(socket: TLSSocket, request: string): Promise<string> {
  let received = "";
  socket.write(request);
  for (;;) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    received += chunk.toString("latin1");
    const [head = "", body = ""] = received.split(/\r\n\r\n(.*)/s);
    const length = /^content-length: (\d+)$/im.exec(head)?.[1];
    if (received.includes("\r\n\r\n") && body.length >= Number(length ?? 0)) return received;
  }
}

const versionRequest = (pve: PveStandIn): string =>
  `GET /api2/json/version HTTP/1.1\r\nHost: pve\r\nAuthorization: PVEAPIToken=${pve.tokens.discovery}\r\n\r\n`;

describe("the stand-in's certificate", () => {
  it("is signed by its own authority and bears the fingerprint that it gives", async () => {
    const pve = await start();
    const socket = await open(pve);
    expect(socket.authorized).toBe(true);
    expect(socket.getPeerCertificate().fingerprint256).toBe(pve.fingerprint);
    expect(new X509Certificate(pve.caPem).ca).toBe(true);
    socket.destroy();
  });

  it.each(["127.0.0.1", "::1", "localhost"])("is good for %s", async (host) => {
    const pve = await start();
    const certificate = new X509Certificate((await open(pve)).getPeerCertificate().raw);
    expect(certificate.checkHost(host) ?? certificate.checkIP(host)).toBe(host);
  });

  it("is refused by a client that does not know the authority", async () => {
    const pve = await start();
    const socket = connect({ host: "127.0.0.1", port: pve.port });
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  });

  it("may be for another host or out of date", async () => {
    const pve = await start({ certificateHosts: ["pve.example"], certificateNotAfter: new Date(0) });
    const socket = connect({ host: "127.0.0.1", port: pve.port, ca: pve.caPem });
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    expect(error.code).toBe("CERT_HAS_EXPIRED");
  });
});

describe("the stand-in's transport", () => {
  it("answers on an IPv6 address too", async () => {
    const pve = await start({ host: "::1" });
    expect(pve.endpoint).toMatch(/^https:\/\/\[::1\]:\d+$/);
    const answer = await exchange(pve, { path: "/api2/json/version", token: pve.tokens.discovery });
    expect(answer.status).toBe(200);
  });

  it("keeps a connection for 100 requests and closes it with the last", async () => {
    const pve = await start();
    const socket = await open(pve);
    for (let count = 1; count < 100; count++) {
      expect(await ask(socket, versionRequest(pve))).toContain("Connection: Keep-Alive\r\n");
    }
    expect(await ask(socket, versionRequest(pve))).toContain("Connection: close\r\n");
    await once(socket, "close");
    expect(pve.handshakes).toBe(1);
    expect(pve.requests.requests).toHaveLength(100);
  });

  it("closes an idle connection", async () => {
    const pve = await start({ keepAliveMs: 20 });
    const socket = await open(pve);
    await ask(socket, versionRequest(pve));
    socket.resume();
    await once(socket, "close");
    await pve.closedByClients();
    expect(pve.openSockets).toBe(0);
  });

  it("counts handshakes that resume a session", async () => {
    const pve = await start();
    const first = await open(pve);
    const session = once(first, "session");
    await ask(first, versionRequest(pve));
    const [ticket] = (await session) as [Buffer];
    const second = await open(pve, ticket);
    await ask(second, versionRequest(pve));
    expect([pve.handshakes, pve.resumed]).toEqual([2, 1]);
    first.destroy();
    second.destroy();
  });

  it("does not answer a pipelined request", async () => {
    const pve = await start({ keepAliveMs: 20 });
    const socket = await open(pve);
    const answer = await ask(socket, versionRequest(pve) + versionRequest(pve));
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(1);
    socket.resume();
    await once(socket, "close");
    expect(pve.requests.requests).toHaveLength(1);
  });

  it("packs a body of more than 1 KiB when the client takes gzip", async () => {
    const pve = await start();
    const request = { path: "/api2/json/nodes", token: pve.tokens.discovery };
    const packed = await exchange(pve, { ...request, headers: { "Accept-Encoding": "gzip, deflate" } });
    const plain = await exchange(pve, request);
    expect(headerValues(packed, "Content-Encoding")).toEqual(["gzip"]);
    expect(headerValues(plain, "Content-Encoding")).toEqual([]);
    expect(gunzipSync(packed.body)).toHaveLength(plain.body.length);
  });

  it("leaves a small body as it is", async () => {
    const pve = await start();
    const answer = await exchange(pve, {
      path: "/api2/json/version",
      token: pve.tokens.discovery,
      headers: { "Accept-Encoding": "gzip" },
    });
    expect(headerValues(answer, "Content-Encoding")).toEqual([]);
  });

  it.each([
    ["HEAD", {}, "501 method 'HEAD' not available", ""],
    ["GET", { "Transfer-Encoding": "chunked" }, "501 chunked transfer encoding not supported", null],
    ["POST", { "Transfer-Encoding": "gzip" }, "501 Unknown transfer encoding 'gzip'", null],
    ["GET", { "Content-Length": "2" }, "501 Unexpected content for method 'GET'", null],
    ["POST", { "Content-Length": "600000" }, "501 for data too large", null],
  ])("refuses %s with %o", async (method, headers, line, body) => {
    const pve = await start();
    const answer = await exchange(pve, { method, path: "/api2/json/version", headers });
    expect(`${answer.status} ${answer.reason}`).toBe(line);
    expect(answer.body.toString()).toBe(body ?? line.slice(4));
    expect(headerValues(answer, "Connection")).toEqual(["close"]);
  });

  it.each([
    ["GET", "301 Moved Permanently"],
    ["POST", "308 Permanent Redirect"],
  ])("sends plain HTTP away to TLS: %s", async (method, line) => {
    const pve = await start();
    const socket = connectPlain(pve.port, "127.0.0.1");
    socket.end(`${method} /api2/json/version?a=1 HTTP/1.1\r\nHost: pve:8006\r\nConnection: close\r\n\r\n`);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const answer = parseRawAnswer(Buffer.concat(chunks));
    expect(`${answer.status} ${answer.reason}`).toBe(line);
    expect(headerValues(answer, "Location")).toEqual(["https://pve:8006/api2/json/version?a=1"]);
  });

  it.each([
    ["/", "200 OK"],
    ["/api2/extjs/version", "501 no such uri"],
    ["/other", "500 no such file '/other'"],
  ])("knows nothing of %s", async (path, line) => {
    const pve = await start();
    const answer = await exchange(pve, { path, token: pve.tokens.discovery });
    expect(`${answer.status} ${answer.reason}`).toBe(line);
  });

  it("keeps a refused caller waiting when told to", async () => {
    const waits: number[] = [];
    const pve = await start({
      unauthorizedDelayMs: 3000,
      wait: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
    await exchange(pve, { path: "/api2/json/version", token: pve.tokens.wrongSecret });
    expect(waits).toEqual([3000]);
  });

  it("repeats random orders for a seed and changes them for another", async () => {
    const bodies: string[] = [];
    for (const seed of [7, 7, 8]) {
      const pve = await start({ seed });
      bodies.push(
        (await exchange(pve, { path: "/api2/json/nodes", token: pve.tokens.discovery })).body.toString(),
      );
    }
    expect(bodies[0]).toBe(bodies[1]);
    expect(bodies[0]).not.toBe(bodies[2]);
  });
});

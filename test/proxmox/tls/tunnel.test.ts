import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, createServer as createPlainServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TlsSettings } from "../../../src/proxmox/tls/trust.ts";
import { createCertificateAuthority, type Identity } from "../../support/pve/certificate.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";
import { ask, deadEndpoint, failure } from "../asking.ts";

const NAME = "pve1.example.com";
const ENDPOINT = `https://${NAME}:8006`;

/** A proxy that knows one host only, wherever it is told that this is. */
class TestProxy {
  readonly requests: { readonly target: string; readonly authorization: string | null }[] = [];
  /** A status line instead of a connection. */
  refusal: string | null = null;
  /** Says nothing at all. */
  hangs = false;
  readonly sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(target: () => number, identity: Identity | null = null) {
    this.#server =
      identity === null
        ? createServer()
        : createSecureServer({ key: identity.privateKeyPem, cert: identity.certificatePem });
    this.#server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    this.#server.on("connect", (request: IncomingMessage, client: Socket, head: Buffer) => {
      this.requests.push({
        target: request.url ?? "",
        authorization: request.headers["proxy-authorization"] ?? null,
      });
      client.on("error", () => {});
      if (this.hangs) {
        // A socket has to be read to notice its end, and Node's HTTP server leaves its own half open then.
        client.resume().on("end", () => client.destroy());
        return;
      }
      if (this.refusal !== null) {
        client.end(`HTTP/1.1 ${this.refusal}\r\n\r\n`);
        return;
      }
      const server = connect(target(), "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        server.write(head);
        server.pipe(client).pipe(server);
      });
      server.on("error", () => client.destroy());
      server.on("close", () => client.destroy());
      client.on("close", () => server.destroy());
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    return `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

let pve: PveStandIn;
let proxy: TestProxy;
let address: string;
beforeEach(async () => {
  pve = await startPve({ certificateHosts: [NAME] });
  proxy = new TestProxy(() => pve.port);
  address = await proxy.start();
});
afterEach(async () => {
  await proxy.stop();
  await pve.closedByClients();
  await pve.close();
});

const STRICT: TlsSettings = { minVersion: "1.3", insecure: false, fingerprints: [], authorities: null };

function askThrough(environment: Record<string, string>, tls: Partial<TlsSettings> = {}, maxRetries = 3) {
  return ask(pve, {
    endpoints: [ENDPOINT],
    environment,
    maxRetries,
    // Where the system's authorities are in files.
    platform: "linux",
    tls: { ...STRICT, authorities: [pve.caPem], ...tls },
  });
}

describe("through a proxy", () => {
  it("Proxmox is reached, and its certificate checked against its own name", async () => {
    const { client } = askThrough({ HTTPS_PROXY: address });
    expect(await client.nodes()).toHaveLength(4);
    expect(proxy.requests).toEqual([{ target: `${NAME}:8006`, authorization: null }]);
    await client.close();
  });

  it("a listed fingerprint is enough", async () => {
    const { client } = askThrough(
      { HTTPS_PROXY: `http://${address}` },
      { authorities: [], fingerprints: [pve.fingerprint] },
    );
    expect(await client.nodes()).toHaveLength(4);
    await client.close();
  });

  it("an unknown authority is refused as everywhere", async () => {
    const { client, clock } = askThrough({ HTTPS_PROXY: address }, { authorities: null });
    const error = await failure(client.nodes());
    expect(error.code).toBe("tls");
    expect(error.problem).toContain(`The certificate of ${NAME}:8006 is not accepted`);
    expect(clock.pauses).toEqual([]);
    await client.close();
  });

  it("credentials in its address are sent to it, and are nowhere to be seen", async () => {
    const { client, log, secrets } = askThrough({ HTTPS_PROXY: `http://me:hunter2@${address}` });
    await client.nodes();
    const encoded = Buffer.from("me:hunter2").toString("base64");
    expect(proxy.requests[0]?.authorization).toBe(`Basic ${encoded}`);
    expect(JSON.stringify(log)).not.toContain("hunter2");
    expect(secrets.scrub(`hunter2 ${encoded}`)).toBe("*** ***");
    await client.close();
  });

  it("hosts of NO_PROXY are reached directly", async () => {
    const { client } = ask(pve, {
      endpoints: [`https://127.0.0.1:${pve.port}`],
      environment: { HTTPS_PROXY: address },
      tls: { ...STRICT, insecure: true },
    });
    await client.nodes();
    expect(proxy.requests).toEqual([]);
    await client.close();
  });
});

describe("through a proxy that speaks TLS itself", () => {
  const authority = createCertificateAuthority();
  let secure: TestProxy;
  let secureAddress: string;
  let caFile: string;
  beforeEach(async () => {
    secure = new TestProxy(() => pve.port, authority.issue({ hosts: ["127.0.0.1"] }));
    secureAddress = `https://${await secure.start()}`;
    caFile = join(await mkdtemp(join(tmpdir(), "proxy-")), "ca.pem");
    await writeFile(caFile, authority.certificatePem);
  });
  afterEach(async () => {
    await secure.stop();
    await rm(dirname(caFile), { recursive: true });
  });

  it("Proxmox is reached when the system's authorities know the proxy", async () => {
    const { client } = askThrough({ HTTPS_PROXY: secureAddress, SSL_CERT_FILE: caFile });
    expect(await client.nodes()).toHaveLength(4);
    expect(secure.requests).toHaveLength(1);
    await client.close();
  });

  it.each(["1", "0"])(
    "nothing is sent when they do not (NODE_TLS_REJECT_UNAUTHORIZED=%s)",
    async (reject) => {
      vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", reject);
      const { client } = askThrough({ HTTPS_PROXY: secureAddress, SSL_CERT_FILE: pve.caFile }, {}, 0);
      const error = await failure(client.nodes());
      expect(`${error.code}: ${error.problem}`).toBe(
        `proxy: The proxy ${secureAddress} (from HTTPS_PROXY) cannot be used: UNABLE_TO_VERIFY_LEAF_SIGNATURE.`,
      );
      expect(secure.requests).toEqual([]);
      await client.close();
      vi.unstubAllEnvs();
    },
  );
});

describe("a proxy that", () => {
  it.each([
    [
      "wants credentials",
      "407 Proxy Authentication Required",
      "Put the user name and the password for the proxy into HTTPS_PROXY, or add the Proxmox host to NO_PROXY.",
    ],
    [
      "forbids it",
      "403 Forbidden",
      "Allow the connection in the proxy, or add the Proxmox host to NO_PROXY.",
    ],
  ])("%s is asked once", async (_, refusal, advice) => {
    proxy.refusal = refusal;
    const { client, clock } = askThrough({ HTTPS_PROXY: `http://${address}` });
    const error = await failure(client.nodes());
    expect(error.message).toBe(
      [
        `The proxy http://${address} does not connect to ${ENDPOINT} (${refusal}).`,
        `Tried: GET /api2/json/nodes at ${ENDPOINT}.`,
        advice,
      ].join("\n\n"),
    );
    expect(error.code).toBe("proxy");
    expect(clock.pauses).toEqual([]);
    expect(proxy.requests).toHaveLength(1);
    await client.close();
  });

  it("does not reach the host is asked again", async () => {
    proxy.refusal = "503 Service Unavailable";
    const { client } = askThrough({ HTTPS_PROXY: address }, {}, 1);
    const error = await failure(client.nodes());
    expect(`${error.code}: ${error.problem}`).toBe(
      `unreachable: The proxy http://${address} does not connect to ${ENDPOINT} (503 Service Unavailable).`,
    );
    expect(error.advice).toBe(
      "Check that the host is up and that the proxy can reach it, or add the Proxmox host to NO_PROXY.",
    );
    expect(proxy.requests).toHaveLength(2);
    await client.close();
  });

  it.each([
    ["closes the connection", (socket: Socket) => socket.destroy(), "closes the connection", 2],
    [
      "speaks something else",
      (socket: Socket) => socket.resume().end("NOPE\r\n\r\n"),
      "does not answer in HTTP",
      1,
    ],
  ] as const)("%s is asked again only where that may help", async (_, serve, fault, times) => {
    let connections = 0;
    const server = createPlainServer((socket) => {
      connections += 1;
      socket.on("error", () => {});
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const other = server.address();
    const url = `http://127.0.0.1:${typeof other === "object" && other !== null ? other.port : 0}`;
    const { client } = askThrough({ HTTPS_PROXY: url }, {}, 1);
    const error = await failure(client.nodes());
    expect(error.problem).toBe(`The proxy ${url} (from HTTPS_PROXY) ${fault}.`);
    expect(connections).toBe(times);
    await client.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it("is not there is named", async () => {
    const dead = (await deadEndpoint()).replace("https://", "http://");
    const { client } = askThrough({ HTTPS_PROXY: dead }, {}, 0);
    const error = await failure(client.nodes());
    expect(error.problem).toBe(`The proxy ${dead} (from HTTPS_PROXY) refuses the connection.`);
    expect(error.advice).toBe("Correct HTTPS_PROXY, or add the Proxmox host to NO_PROXY.");
    await client.close();
  });

  it("is no HTTP proxy is refused", async () => {
    const { client } = askThrough({ HTTPS_PROXY: "socks5://me:hunter2@localhost:1080" });
    const error = await failure(client.nodes());
    expect(`${error.code}: ${error.problem}`).toBe(
      "proxy: HTTPS_PROXY names a socks5 proxy, which is not supported; use an HTTP proxy, or add the Proxmox host to NO_PROXY.",
    );
    await client.close();
  });

  it("says nothing is left when the caller gives up, without an open connection", async () => {
    proxy.hangs = true;
    const { client } = askThrough({ HTTPS_PROXY: address });
    const controller = new AbortController();
    const question = failure(client.nodes(controller.signal));
    while (proxy.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const [socket] = proxy.sockets;
    const closed = new Promise((resolve) => socket?.once("close", resolve));
    controller.abort();
    expect((await question).code).toBe("cancelled");
    await client.close();
    await closed;
    expect(proxy.sockets.size).toBe(0);
  });

  it("that says nothing is named, and not asked again", async () => {
    proxy.hangs = true;
    const { client, clock } = askThrough({ HTTPS_PROXY: address });
    const question = failure(client.nodes());
    while (proxy.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.expire(300_000);
    const error = await question;
    expect(`${error.code}: ${error.problem}`).toBe(
      `timeout: The proxy http://${address} (from HTTPS_PROXY) did not connect to ${ENDPOINT} in time.`,
    );
    expect(error.advice).toBe(
      "Check that the proxy answers, that it may connect to the host, and that the host is up; or add the Proxmox host to NO_PROXY.",
    );
    expect(clock.pauses).toEqual([]);
    await client.close();
  });
});

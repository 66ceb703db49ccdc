import { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { MAX_CONCURRENT_REQUESTS } from "../../../src/proxmox/asking/request-queue.ts";
import { SpareSockets } from "../../../src/proxmox/asking/spare-sockets.ts";
import { parseEndpoint } from "../../../src/proxmox/settings/endpoint.ts";
import { startPve } from "../../support/pve/stand-in.ts";
import { ask, failure } from "../asking.ts";

const FIRST = parseEndpoint("https://192.0.2.1:8006/");
const SECOND = parseEndpoint("https://192.0.2.2:8006/");
const NEVER = new AbortController().signal;
const TIMEOUT_MS = 1000;

/** A dialer whose connections a test makes or lets fail, one by one. */
class SlowDialer {
  readonly dials: {
    readonly url: string;
    readonly signal: AbortSignal;
    readonly connect: () => TLSSocket;
    readonly fail: (reason: unknown) => void;
  }[] = [];

  dial({ url }: { readonly url: string }, signal: AbortSignal): Promise<TLSSocket> {
    const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    const connect = (): TLSSocket => {
      const socket = new TLSSocket(new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() }));
      resolve(socket);
      return socket;
    };
    this.dials.push({ url, signal, connect, fail: reject });
    return promise;
  }
}

function spares(): { sockets: SpareSockets; dialer: SlowDialer; time: { now: number } } {
  const dialer = new SlowDialer();
  const time = { now: 0 };
  const sockets = new SpareSockets(dialer, { now: () => time.now, schedule: () => () => {} }, () => 8);
  return { sockets, dialer, time };
}

describe("a spare socket", () => {
  it("is taken in place of a new one, once", async () => {
    const { sockets, dialer } = spares();
    sockets.prepare(FIRST, TIMEOUT_MS);
    const socket = dialer.dials[0]?.connect();
    expect(sockets.count(FIRST)).toBe(1);
    expect(await sockets.dial(FIRST, NEVER)).toBe(socket);
    expect(sockets.count(FIRST)).toBe(0);
    void sockets.dial(FIRST, NEVER);
    expect(dialer.dials).toHaveLength(2);
    expect(socket?.listenerCount("error")).toBe(new TLSSocket(new Duplex()).listenerCount("error"));
  });

  it("is waited for while it is being connected", async () => {
    const { sockets, dialer } = spares();
    sockets.prepare(FIRST, TIMEOUT_MS);
    const taken = sockets.dial(FIRST, NEVER);
    const socket = dialer.dials[0]?.connect();
    expect(await taken).toBe(socket);
    expect(dialer.dials).toHaveLength(1);
  });

  it("is for its own endpoint only", () => {
    const { sockets, dialer } = spares();
    sockets.prepare(FIRST, TIMEOUT_MS);
    void sockets.dial(SECOND, NEVER);
    expect(dialer.dials.map(({ url }) => url)).toEqual([FIRST.url, SECOND.url]);
    expect([sockets.count(FIRST), sockets.count(SECOND)]).toEqual([1, 0]);
  });

  it("that could not be connected is no obstacle", async () => {
    const { sockets, dialer } = spares();
    sockets.prepare(FIRST, TIMEOUT_MS);
    const taken = sockets.dial(FIRST, NEVER);
    dialer.dials[0]?.fail(new Error("refused"));
    await expect.poll(() => dialer.dials).toHaveLength(2);
    const socket = dialer.dials[1]?.connect();
    expect(await taken).toBe(socket);
  });

  it("is not used when it has waited for long, or was closed", async () => {
    const { sockets, dialer, time } = spares();
    sockets.prepare(FIRST, TIMEOUT_MS);
    time.now = 2_000;
    sockets.prepare(FIRST, TIMEOUT_MS);
    const [old, closed] = [dialer.dials[0]?.connect(), dialer.dials[1]?.connect()];
    closed?.destroy();
    time.now = 3_000;
    const taken = sockets.dial(FIRST, NEVER);
    await expect.poll(() => dialer.dials).toHaveLength(3);
    const socket = dialer.dials[2]?.connect();
    expect(await taken).toBe(socket);
    expect(old?.destroyed).toBe(true);
  });

  it("is not used when something came on it that nobody asked for", async () => {
    const { sockets, dialer } = spares();
    sockets.prepare(FIRST, TIMEOUT_MS);
    const socket = dialer.dials[0]?.connect();
    socket?.push("HTTP/1.1 408 Request Time-out\r\n\r\n");
    void sockets.dial(FIRST, NEVER);
    await expect.poll(() => dialer.dials).toHaveLength(2);
    expect(socket?.destroyed).toBe(true);
  });

  it("stays for the next when whoever waits for it gives up", async () => {
    const { sockets, dialer } = spares();
    sockets.prepare(FIRST, TIMEOUT_MS);
    const impatient = new AbortController();
    const given = sockets.dial(FIRST, impatient.signal);
    impatient.abort(new Error("enough"));
    await expect(given).rejects.toThrow("enough");
    await expect(sockets.dial(FIRST, impatient.signal)).rejects.toThrow("enough");
    const taken = sockets.dial(FIRST, NEVER);
    const socket = dialer.dials[0]?.connect();
    expect(await taken).toBe(socket);
  });

  it("is gone when all is closed, connected or not", async () => {
    const { sockets, dialer } = spares();
    sockets.prepare(FIRST, TIMEOUT_MS);
    sockets.prepare(SECOND, TIMEOUT_MS);
    const socket = dialer.dials[0]?.connect();
    await sockets.close();
    expect(socket?.closed).toBe(true);
    expect(dialer.dials[1]?.signal.aborted).toBe(true);
  });
});

describe("a client with more questions than it may ask at once", () => {
  const names = Array.from({ length: MAX_CONCURRENT_REQUESTS + 2 }, (_, index) => `n${index}`);

  it("connects for those that wait, and for no others", async () => {
    const pve = await startPve();
    pve.faults.add({ kind: "hang" });
    const { client } = ask(pve);
    const questions = names.map((name) => failure(client.pciDevices(name)));
    await expect.poll(() => pve.handshakes).toBe(names.length);
    await expect.poll(() => pve.requests.lines).toHaveLength(MAX_CONCURRENT_REQUESTS);
    await client.close();
    await Promise.all(questions);
    expect(pve.handshakes).toBe(names.length);
    await pve.close();
  });

  it("does not where Proxmox keeps connections open", async () => {
    const pve = await startPve();
    pve.faults.add({ kind: "body", body: '{"data":{"version":"9.2.1","release":"9.2","repoid":"0"}}' });
    const { client } = ask(pve);
    await Promise.all(names.map((name) => client.nodeVersion(name)));
    expect(pve.handshakes).toBe(MAX_CONCURRENT_REQUESTS);
    await client.close();
    await pve.close();
  });
});

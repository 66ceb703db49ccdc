/** Ways to the server: names that do not resolve, IPv6, and proxies (HTTPS_PROXY) that do not let anybody through. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type FaultKind, type Outcome, type Scene, type Setting, SHORT } from "../kind.ts";
import { error, SAME } from "../strike.ts";

const group = "proxy";
/** A name that only the proxy knows. */
const NAME = "pve.example.test";
const BEHIND: Setting = { name: NAME, certificate: { hosts: [NAME] } };
const STALLING: Setting = { ...BEHIND, ...SHORT };
const USER = "proxy-user";
export const PROXY_PASSWORD = "proxy-secret-3c9d";

/** A proxy that is asked for a connection, and does this. */
function forward(
  name: string,
  wire: string,
  outcome: Outcome,
  meet: (socket: Socket, request: string, scene: Scene) => void,
  setting: Setting = BEHIND,
): FaultKind {
  return {
    name,
    group,
    wire,
    strikes: "every connection",
    outcome,
    setting,
    arrange: async (scene) => {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
        let received = "";
        const read = (chunk: Buffer): void => {
          received += chunk.toString("latin1");
          if (!received.endsWith("\r\n\r\n")) return;
          socket.off("data", read);
          meet(socket, received, scene);
        };
        socket.on("data", read);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      scene.setEnvironment({ HTTPS_PROXY: `http://${USER}:${PROXY_PASSWORD}@127.0.0.1:${port}` });
      scene.onEnd(async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      });
      return undefined;
    },
  };
}

/** Lets the client through to the fault proxy. */
function tunnel(socket: Socket, { proxies: [target] }: Scene): void {
  const onward = connect(target?.port ?? 0, "127.0.0.1", () => {
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    socket.pipe(onward).pipe(socket);
  });
  onward.on("error", () => socket.destroy());
  socket.on("close", () => onward.destroy());
}

const refuses = (answer: string) => (socket: Socket) => void socket.end(answer);
const CORRECT = /add the Proxmox host to NO_PROXY/;

export const proxyKinds: readonly FaultKind[] = [
  forward("proxy-passes", "a proxy that does its work", SAME, (socket, _request, scene) =>
    tunnel(socket, scene),
  ),
  forward(
    "proxy-407",
    "407 Proxy Authentication Required",
    error(
      /The proxy http:\/\/127\.0\.0\.1:\d+ does not connect to/,
      /407/,
      /user name and the password for the proxy/,
    ),
    refuses("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
  ),
  forward(
    "proxy-403",
    "403 Forbidden",
    error(/does not connect to/, /403/, /Allow the connection in the proxy/),
    refuses("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
  ),
  forward(
    "proxy-502",
    "502 Bad Gateway",
    error(/does not connect to/, /502/, CORRECT),
    refuses("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
  ),
  forward(
    "proxy-closes",
    "the connection is closed",
    error(/The proxy http:\/\/127\.0\.0\.1:\d+/, CORRECT),
    (socket) => void socket.end(),
  ),
  forward(
    "proxy-resets",
    "a reset",
    error(/The proxy http:\/\/127\.0\.0\.1:\d+/, CORRECT),
    (socket) => void socket.resetAndDestroy(),
  ),
  forward(
    "proxy-speaks-no-http",
    "bytes without meaning",
    error(/The proxy http:\/\/127\.0\.0\.1:\d+/, CORRECT),
    refuses("\x05\x00 what is this?\r\n\r\n"),
  ),
  forward(
    "proxy-stalls",
    "silence",
    error(/did not connect to \S+ in time/, CORRECT),
    () => undefined,
    STALLING,
  ),
  forward(
    "proxy-stalls-in-its-answer",
    "a part of an answer, then silence",
    error(/did not connect to \S+ in time/, CORRECT),
    (socket) => void socket.write("HTTP/1.1 200 Conn"),
    STALLING,
  ),
  forward(
    "proxy-closes-the-tunnel",
    "200, then the connection is closed",
    error(/closed the connection without an answer/, /no firewall or proxy is between/),
    refuses("HTTP/1.1 200 Connection established\r\n\r\n"),
  ),
  forward(
    "proxy-answers-itself",
    "200, then a page of its own",
    error(/does not speak TLS on this port/, /Check the port/),
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
    },
  ),
  {
    name: "proxy-not-there",
    group,
    wire: "nobody listens where the proxy should be",
    strikes: "every connection",
    outcome: error(/The proxy http:\/\/127\.0\.0\.1:1 /, /refuses the connection/, /Correct HTTPS_PROXY/),
    setting: { ...BEHIND, environment: { HTTPS_PROXY: "http://127.0.0.1:1" } },
    arrange: () => undefined,
  },
  {
    name: "proxy-no-address",
    group,
    wire: "HTTPS_PROXY is no address",
    strikes: "every connection",
    outcome: error(/HTTPS_PROXY is no address of a proxy/),
    setting: { ...BEHIND, environment: { HTTPS_PROXY: `ftp://${USER}:${PROXY_PASSWORD}@[` } },
    arrange: () => undefined,
  },
  {
    name: "name-does-not-resolve",
    group,
    wire: "a name that does not resolve",
    strikes: "every connection",
    outcome: error(/nowhere\.invalid/, /cannot be found/, /host name and the name server/),
    setting: { endpoint: "https://nowhere.invalid:8006" },
    arrange: () => undefined,
  },
  {
    name: "ipv6-only",
    group,
    wire: "IPv6 alone",
    strikes: "every connection",
    outcome: SAME,
    setting: { host: "::1" },
    arrange: () => undefined,
  },
];

/** Faults of connections: nobody there, silence, cuts, and bytes that are not those that were sent. */
import { setTimeout as delay } from "node:timers/promises";
import { type FaultKind, type Scene, SHORT } from "../kind.ts";
import { between, error, keepSilent, onConnection, passThrough, SAME } from "../strike.ts";

const group = "connection";
const CLOSED = error(/closed the connection without an answer/, /Check that pveproxy and pvedaemon run/);
const NOT_ACCEPTED = error(/did not accept a connection in time/, /Check that the host is up/);

/** The server's side of a TLS handshake has about a thousand bytes; the seed says how many of them come. */
const partOfHandshake = ({ random }: Scene): number => between(random, 1, 700);

/**
 * The number of a request; behind it come others without whose answers there is no result. What is asked last is about guests, and
 * a read goes on without it.
 */
const momentOf = ({ random, requests }: Scene): number => between(random, 1, requests.length >> 1);

const proxyOf = ({ proxies: [proxy] }: Scene) => {
  if (proxy === undefined) throw new Error("a scene has a proxy");
  return proxy;
};

export const connectionKinds: readonly FaultKind[] = [
  {
    name: "refused",
    group,
    wire: "nobody listens",
    strikes: "every connection",
    outcome: error(/refuses the connection/, /Check that the host is up, that pveproxy runs/),
    arrange: async (scene) => {
      await proxyOf(scene).die();
      return undefined;
    },
  },
  {
    name: "refused-later",
    group,
    wire: "the server ends, with all its connections",
    strikes: "any moment of the first half of the read",
    outcome: error(/refuses the connection|closed the connection/, /Check that/),
    arrange: (scene) => {
      const proxy = proxyOf(scene);
      const last = momentOf(scene);
      proxy.onExchange = async (exchange) => {
        if (exchange.number >= last) void proxy.die();
        else await exchange.send(await exchange.answer());
      };
      return undefined;
    },
  },
  onConnection({
    name: "reset-at-once",
    group,
    wire: "a TCP reset instead of a handshake",
    times: "once",
    from: "any",
    outcome: SAME,
    meet: (socket) => socket.resetAndDestroy(),
  }),
  onConnection({
    name: "reset-for-ever",
    group,
    wire: "a TCP reset instead of a handshake",
    outcome: CLOSED,
    meet: (socket) => socket.resetAndDestroy(),
  }),
  onConnection({
    name: "closed-for-ever",
    group,
    wire: "closed as soon as it is accepted",
    from: "any",
    outcome: CLOSED,
    meet: (socket) => void socket.resume().end(),
  }),
  onConnection({
    name: "accept-stalls",
    group,
    wire: "accepted, and never a byte",
    outcome: NOT_ACCEPTED,
    setting: SHORT,
    meet: keepSilent,
  }),
  onConnection({
    name: "accept-stalls-later",
    group,
    wire: "accepted, and never a byte",
    from: "any",
    outcome: NOT_ACCEPTED,
    setting: SHORT,
    meet: keepSilent,
  }),
  onConnection({
    name: "handshake-stalls",
    group,
    wire: "a part of the server's handshake, then nothing",
    outcome: NOT_ACCEPTED,
    setting: SHORT,
    meet: (socket, _pass, _random, scene) => {
      const most = partOfHandshake(scene);
      passThrough(socket, proxyOf(scene).inner(), (piece, before) => {
        if (before < most) socket.write(piece.subarray(0, most - before));
      });
    },
  }),
  onConnection({
    name: "handshake-cut",
    group,
    wire: "a part of the server's handshake, then a reset",
    times: "once",
    outcome: SAME,
    meet: (socket, _pass, _random, scene) => cutHandshake(socket, scene),
  }),
  onConnection({
    name: "handshake-cut-for-ever",
    group,
    wire: "a part of the server's handshake, then a reset",
    outcome: CLOSED,
    meet: (socket, _pass, _random, scene) => cutHandshake(socket, scene),
  }),
  damaged("bytes-damaged", "once"),
  damaged("bytes-damaged-for-ever", "always"),
  onConnection({
    name: "bytes-dribble",
    group,
    wire: "everything in pieces of a few bytes, each a little late",
    outcome: SAME,
    meet: (socket, _pass, random, scene) => {
      let queue = Promise.resolve();
      const size = between(random, 60, 200);
      const dribble = (piece: Buffer): void => {
        queue = queue.then(async () => {
          for (let start = 0; start < piece.length; start += size) {
            socket.write(piece.subarray(start, start + size));
            await delay(2);
          }
        });
      };
      passThrough(socket, proxyOf(scene).inner(), dribble, () => void queue.then(() => socket.end()));
    },
  }),
];

function cutHandshake(socket: Parameters<typeof passThrough>[0], scene: Scene): void {
  const most = partOfHandshake(scene);
  passThrough(socket, proxyOf(scene).inner(), (piece, before) => {
    socket.write(piece.subarray(0, Math.max(0, most - before)), () => {
      if (before + piece.length >= most) socket.resetAndDestroy();
    });
  });
}

/** One bit of an answer is another one: TLS finds out. */
function damaged(name: string, times: "once" | "always"): FaultKind {
  return {
    name,
    group,
    wire: "one bit of an answer is another one when it arrives",
    strikes:
      times === "once" ? "an answer of the first half" : "an answer of the first half and all behind it",
    outcome:
      times === "once" ? SAME : error(/was damaged on the way/, /firewall or proxy between changes what/),
    arrange: (scene) => {
      const proxy = proxyOf(scene);
      const from = momentOf(scene);
      /** The connections whose next bytes are struck, by the ports that they come from. */
      const struck = new Set<number>();
      const passed = proxy.onExchange;
      proxy.onExchange = (exchange) => {
        if (times === "once" ? exchange.number === from : exchange.number >= from) struck.add(exchange.port);
        return passed(exchange);
      };
      proxy.onConnection = (socket) => {
        const inner = proxy.inner();
        passThrough(socket, inner, (piece) => {
          if (struck.delete(inner.localPort ?? 0)) {
            // Behind the header of the first record, whose five bytes mean something to TLS itself.
            const place = between(scene.random, 5, Math.max(6, Math.min(piece.length, 20)));
            piece[place] = (piece[place] ?? 0) ^ 1;
          }
          socket.write(piece);
        });
      };
      return undefined;
    },
  };
}

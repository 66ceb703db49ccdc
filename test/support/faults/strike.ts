/** Kinds of faults in few words: what most of them have in common. */
import type { Socket } from "node:net";
import type { Random } from "../pve/random.ts";
import type { Exchange, TrueAnswer } from "./exchange.ts";
import type { Arranged, FaultKind, Outcome, Scene } from "./kind.ts";

/** A whole number from `low` up to, not including, `high`. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random.next() * (high - low));
}

/** One of a list that is not empty. */
export function oneOf<T>(random: Random, list: readonly T[]): T {
  const chosen = list[between(random, 0, list.length)];
  if (chosen === undefined) throw new Error("there is nothing to choose from");
  return chosen;
}

/** The requests of a read that a fault may strike. */
const TARGETS = {
  any: /./,
  devices: /\/hardware\/pci\?/,
  lists: /^(?!.*\/(hardware|qemu|lxc)\/)/,
  nodes: /\/nodes$/,
} as const;

const TARGET_WORDS: Readonly<Record<keyof typeof TARGETS, string>> = {
  any: "one request",
  devices: "the devices of one node",
  lists: "one request for the whole cluster",
  nodes: "the list of nodes",
};

type Fields = Pick<FaultKind, "name" | "group" | "wire" | "outcome" | "asked" | "setting">;

/** The right outcome of what a repetition mends. */
export const SAME: Outcome = { result: "same" };

/** One error that says so. */
export function error(...says: readonly RegExp[]): Extract<Outcome, { result: "error" }> {
  return { result: "error", says };
}

/** A fault of one request: which one, the seed says. */
export function onRequest({
  target = "any",
  times = "always",
  send,
  ...fields
}: Fields & {
  readonly target?: keyof typeof TARGETS;
  /** Only the first time that it is asked, or every time. */
  readonly times?: "once" | "always";
  readonly send: (exchange: Exchange, random: Random, scene: Scene) => void | Promise<void>;
}): FaultKind {
  return {
    ...fields,
    strikes: `${TARGET_WORDS[target]}, ${times === "once" ? "the first time" : "every time"}`,
    needs: (requests) => requests.some((request) => TARGETS[target].test(request)),
    arrange(scene) {
      const struck = oneOf(
        scene.random,
        scene.requests.filter((request) => TARGETS[target].test(request)),
      );
      for (const proxy of scene.proxies) {
        const pass = proxy.onExchange;
        proxy.onExchange = (exchange) => {
          const hit = exchange.request.target === struck && (times === "always" || exchange.attempt === 1);
          return hit ? send(exchange, scene.random, scene) : pass(exchange);
        };
      }
      return { target: struck };
    },
  };
}

/** A fault that is in what an answer says: it goes out whole, changed. */
export function onAnswer({
  change,
  ...rest
}: Omit<Parameters<typeof onRequest>[0], "send"> & {
  readonly change: (answer: TrueAnswer, random: Random, target: string) => TrueAnswer;
}): FaultKind {
  return onRequest({
    ...rest,
    send: async (exchange, random) =>
      exchange.send(change(await exchange.answer(), random, exchange.request.target)),
  });
}

/** Whether a read asks several nodes at a time, each over a connection of its own. */
export function needsConnections(requests: readonly string[]): boolean {
  return requests.filter((request) => TARGETS.devices.test(request)).length > 1;
}

/** A fault of connections, before there is any TLS: all from one on, or one; the seed says which. */
export function onConnection({
  from = "first",
  times = "always",
  meet,
  ...fields
}: Fields & {
  readonly from?: "first" | "any";
  readonly times?: "once" | "always";
  readonly meet: (socket: Socket, pass: () => void, random: Random, scene: Scene) => void;
}): FaultKind {
  const which = from === "first" ? "the first connection" : "any connection";
  return {
    ...fields,
    strikes: times === "once" ? `${which}, once` : `${which} and all behind it`,
    needs: from === "first" ? () => true : needsConnections,
    arrange(scene): Arranged | undefined {
      const first = from === "first" ? 1 : between(scene.random, 2, 4);
      for (const proxy of scene.proxies) {
        proxy.onConnection = (socket, number, pass) => {
          const hit = times === "once" ? number === first : number >= first;
          if (hit) meet(socket, pass, scene.random, scene);
          else pass();
        };
      }
      return undefined;
    },
  };
}

/**
 * Passes the bytes of a connection on to where TLS is spoken, and what comes back through `back`, which gets each piece with the
 * number of bytes before it.
 */
export function passThrough(
  socket: Socket,
  inner: Socket,
  back: (piece: Buffer, before: number) => void,
  end: () => void = () => socket.end(),
): void {
  let before = 0;
  inner.on("data", (piece: Buffer) => {
    back(piece, before);
    before += piece.length;
  });
  socket.on("data", (piece: Buffer) => inner.write(piece));
  socket.on("close", () => inner.destroy());
  inner.on("close", end);
}

/** Takes whatever comes on a connection, and says nothing. */
export function keepSilent(socket: Socket): void {
  socket.resume();
}

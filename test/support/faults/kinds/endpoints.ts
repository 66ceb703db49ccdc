/** Several endpoints, one of which is lost: at the beginning, or at any moment. */
import { setTimeout as delay } from "node:timers/promises";
import { bytesOf, type Exchange, withBody } from "../exchange.ts";
import type { FaultProxy } from "../fault-proxy.ts";
import type { FaultKind, Setting } from "../kind.ts";
import { between, error, keepSilent, oneOf, SAME } from "../strike.ts";

const group = "endpoints";

/** One of three endpoints is lost from some request on, whichever it is; `lost` takes it away. */
function losing(
  name: string,
  wire: string,
  lost: (exchange: Exchange, proxy: FaultProxy) => void | Promise<void>,
  connection: "stays" | "refused" | "silent" = "stays",
  setting: Setting = {},
): FaultKind {
  return {
    name,
    group,
    wire: `one or two of three endpoints: ${wire}`,
    strikes: "any of them, at any moment",
    outcome: SAME,
    setting: { endpoints: 3, timeout: 2, ...setting },
    arrange: ({ proxies, random, requests }) => {
      // The first is asked as long as it answers: to lose another one as well, the first has to be lost before.
      const first = proxies[0];
      const also = oneOf(random, proxies);
      const moment = between(random, 1, requests.length + 1);
      for (const proxy of new Set([first, also])) {
        if (proxy === undefined || (proxy !== first && proxies.length < 3)) continue;
        const pass = proxy.onExchange;
        let isLost = false;
        proxy.onExchange = (exchange) => {
          isLost ||= exchange.number >= moment;
          return isLost ? lost(exchange, proxy) : pass(exchange);
        };
        proxy.onConnection = (socket, _number, passOn) => {
          if (!isLost || connection === "stays") passOn();
          else if (connection === "refused") socket.resetAndDestroy();
          else keepSilent(socket);
        };
      }
      return undefined;
    },
  };
}

const part = async (exchange: Exchange): Promise<void> => {
  const bytes = bytesOf(await exchange.answer());
  await exchange.write(bytes.subarray(0, bytes.length >> 1));
};

export const endpointKinds: readonly FaultKind[] = [
  losing("endpoint-silent", "falls silent, and takes connections", () => undefined),
  losing("endpoint-silent-whole", "falls silent altogether", () => undefined, "silent"),
  losing("endpoint-silent-in-answers", "falls silent in the middle of its answers", part),
  losing("endpoint-silent-to-passwords", "falls silent, also to sign-ins", () => undefined, "stays", {
    credentials: "password",
  }),
  losing(
    "endpoint-resets-passwords",
    "resets connections, also those of sign-ins",
    (exchange) => exchange.reset(),
    "stays",
    { credentials: "password" },
  ),
  losing("endpoint-resets", "resets connections", (exchange) => exchange.reset()),
  losing("endpoint-ends", "ends", (_exchange, proxy) => void proxy.die(), "refused"),
  losing("endpoint-cuts-answers", "cuts its answers off", async (exchange) => {
    await part(exchange);
    await delay(20);
    exchange.reset();
  }),
  losing("endpoint-502", "is behind a proxy that answers 502", async (exchange) =>
    exchange.send({ ...withBody(await exchange.answer(), ""), status: 502, reason: "Bad Gateway" }),
  ),
  losing("endpoint-503", "answers 503", async (exchange) =>
    exchange.send({ ...withBody(await exchange.answer(), ""), status: 503, reason: "Service Unavailable" }),
  ),
  losing("endpoint-dribbles", "sends one byte a second", async (exchange) => {
    for (const byte of bytesOf(await exchange.answer())) {
      if (exchange.gone) return;
      await exchange.write(Buffer.of(byte));
      await delay(1000);
    }
  }),
  {
    name: "endpoints-all-refused",
    group,
    wire: "nobody listens at any of three endpoints",
    strikes: "every connection",
    outcome: error(/refuses the connection/, /, then https:\S+, then https:/, /pveproxy runs/),
    setting: { endpoints: 3 },
    arrange: async ({ proxies }) => {
      for (const proxy of proxies) await proxy.die();
      return undefined;
    },
  },
  {
    name: "endpoints-all-silent",
    group,
    wire: "all of two endpoints take connections and say nothing",
    strikes: "every connection",
    outcome: error(/did not accept a connection in time/, /, then https:/, /Check that the host is up/),
    setting: { endpoints: 2, timeout: 3 },
    arrange: ({ proxies }) => {
      for (const proxy of proxies) proxy.onConnection = keepSilent;
      return undefined;
    },
  },
  {
    name: "endpoints-all-502",
    group,
    wire: "all of two endpoints answer 502",
    strikes: "every request",
    outcome: error(/502/, /, then https:/, /Check what that proxy|journals of pveproxy/),
    setting: { endpoints: 2 },
    arrange: ({ proxies }) => {
      for (const proxy of proxies) {
        proxy.onExchange = async (exchange) =>
          exchange.send({ ...withBody(await exchange.answer(), ""), status: 502, reason: "Bad Gateway" });
      }
      return undefined;
    },
  },
  {
    name: "endpoint-of-another-cluster",
    group,
    wire: "the first of two endpoints shows a certificate that is not trusted",
    strikes: "the first endpoint",
    outcome: error(/certificate/i),
    asked: 0,
    setting: { endpoints: 2, certificate: { authority: "other" } },
    arrange: () => undefined,
  },
];

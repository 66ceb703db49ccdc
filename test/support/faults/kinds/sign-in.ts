/** Faults of who may ask: refused tokens, tickets and passwords. */
import { withBody } from "../exchange.ts";
import type { FaultKind, Outcome, Setting } from "../kind.ts";
import { between, error, onAnswer, SAME } from "../strike.ts";

const group = "sign-in";
const PASSWORD: Setting = { credentials: "password" };
const SIGN_IN = "/api2/json/access/ticket";

/** 401 as Proxmox has it: a status line, and nothing else. */
function refused(
  name: string,
  times: "once" | "always",
  outcome: Outcome,
  setting: Setting,
  asked: number,
): FaultKind {
  return onAnswer({
    name,
    group,
    wire: "401 No ticket",
    times,
    outcome,
    setting,
    asked,
    change: (answer) => ({ ...withBody(answer, ""), status: 401, reason: "No ticket" }),
  });
}

/** What the sign-in answers. */
function signIn(
  name: string,
  wire: string,
  outcome: Outcome,
  asked: number,
  answer: (
    attempt: number,
  ) => { readonly status: number; readonly reason: string; readonly body: string } | null,
): FaultKind {
  return {
    name,
    group,
    wire,
    strikes: "the sign-in",
    outcome,
    asked,
    setting: PASSWORD,
    arrange: ({ proxies: [proxy] }) => {
      if (proxy === undefined) return undefined;
      const pass = proxy.onExchange;
      proxy.onExchange = async (exchange) => {
        const other = exchange.request.target === SIGN_IN ? answer(exchange.attempt) : null;
        if (other === null) return pass(exchange);
        const { body, ...line } = other;
        return exchange.send({ ...withBody(await exchange.answer(), body), ...line });
      };
      return { target: SIGN_IN };
    },
  };
}

export const signInKinds: readonly FaultKind[] = [
  refused("401-token", "always", error(/does not accept the API token/, /pveum user token list/), {}, 1),
  refused("401-ticket-once", "once", SAME, PASSWORD, 2),
  refused(
    "401-ticket-for-ever",
    "always",
    error(/does not accept the ticket/, /Check the clocks/),
    PASSWORD,
    2,
  ),
  signIn(
    "sign-in-refused",
    "401 to the password",
    error(/refuses to sign in "gpu@pve"/, /password is wrong/),
    1,
    () => ({
      status: 401,
      reason: "authentication failure",
      body: "",
    }),
  ),
  signIn(
    "sign-in-second-factor",
    "a second factor is wanted",
    error(/wants a second factor/, /pveum user token add/),
    1,
    () => ({
      status: 200,
      reason: "OK",
      body: '{"data":{"username":"gpu@pve","NeedTFA":1,"ticket":"PVE:!tfa!%7B%7D:65::x","CSRFPreventionToken":"65:y"}}',
    }),
  ),
  signIn("sign-in-without-ticket", "an answer without a ticket", error(/has no ticket/), 1, () => ({
    status: 200,
    reason: "OK",
    body: '{"data":{"username":"gpu@pve"}}',
  })),
  signIn("sign-in-502-once", "502, once", SAME, 2, (attempt) =>
    attempt > 1 ? null : { status: 502, reason: "Bad Gateway", body: "" },
  ),
  signIn("sign-in-500", "500", error(/500 broken/, /journals of pveproxy/), 1, () => ({
    status: 500,
    reason: "broken",
    body: "",
  })),
  {
    name: "sign-in-lost",
    group,
    wire: "the connection is reset when the sign-in has arrived",
    strikes: "the sign-in",
    outcome: error(/closed the connection without an answer/, /Check that pveproxy and pvedaemon run/),
    asked: 1,
    setting: PASSWORD,
    arrange: ({ proxies: [proxy] }) => {
      if (proxy === undefined) return undefined;
      const pass = proxy.onExchange;
      proxy.onExchange = (exchange) =>
        exchange.request.target === SIGN_IN ? exchange.reset() : pass(exchange);
      return { target: SIGN_IN };
    },
  },
  {
    name: "tickets-expire",
    group,
    wire: "all tickets expire",
    strikes: "any moment of the read",
    outcome: SAME,
    asked: 2,
    setting: PASSWORD,
    arrange: ({ proxies: [proxy], pve, random, requests }) => {
      if (proxy === undefined) return undefined;
      const at = between(random, 2, requests.length);
      const pass = proxy.onExchange;
      proxy.onExchange = (exchange) => {
        if (exchange.number === at) pve.cluster.tickets.expireAll();
        return pass(exchange);
      };
      return undefined;
    },
  },
  {
    name: "secrets-echoed",
    group,
    wire: "500 whose reason and body repeat the caller's secret",
    strikes: "one request, every time",
    outcome: error(/500/, /journals of pveproxy/),
    arrange: ({ proxies: [proxy], pve, random, requests }) => {
      if (proxy === undefined) return undefined;
      const target = requests[between(random, 0, requests.length)] ?? "";
      const secret = pve.tokens.mapper.split("=")[1] ?? "";
      const pass = proxy.onExchange;
      proxy.onExchange = async (exchange) => {
        if (exchange.request.target !== target) return pass(exchange);
        const body = JSON.stringify({
          data: null,
          message: `no ${secret} ${Buffer.from(secret).toString("base64")}`,
        });
        const answer = withBody(await exchange.answer(), body);
        return exchange.send({
          ...answer,
          status: 500,
          reason: `no ${secret} ${encodeURIComponent(secret)}`,
        });
      };
      return { target };
    },
  },
];

/** Answers that are not made of the true one, in bytes. */
import type { Random } from "../../pve/random.ts";
import type { FaultKind, Outcome } from "../kind.ts";
import { error, onRequest } from "../strike.ts";

const group = "answer";

/** The right outcome of what has no end or no measure. */
export const TOO_LARGE = error(/too large|larger than/, /API of Proxmox VE itself/);
/** Of what is not HTTP. */
export const NOT_HTTP = error(/does not answer in HTTP\/1\.1/, /API of Proxmox VE \(port 8006\)/);

/** Of HTTP whose headers are not as they have to be. */
export const BAD_HEAD = error(
  /is damaged: its headers are not those of HTTP\/1\.1/,
  /Check that no firewall or proxy/,
);

/** The server says this and no more. */
export function says(
  name: string,
  wire: string,
  bytes: Buffer | string | ((random: Random) => Buffer | string),
  outcome: Outcome,
  asked?: number,
): FaultKind {
  return onRequest({
    name,
    group,
    wire,
    outcome,
    ...(asked === undefined ? {} : { asked }),
    send: async (exchange, random) => {
      await exchange.write(typeof bytes === "function" ? bytes(random) : bytes);
      exchange.end();
    },
  });
}

/** Something goes on for as long as somebody listens. */
export function endless(name: string, wire: string, beginning: string, again: string): FaultKind {
  return onRequest({
    name,
    group,
    wire,
    outcome: TOO_LARGE,
    asked: 1,
    send: async (exchange) => {
      const piece = again.repeat(Math.ceil(16_000 / again.length));
      await exchange.write(beginning);
      while (!exchange.gone) {
        await exchange.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  });
}

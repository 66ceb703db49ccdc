import { once } from "node:events";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseEndpoint } from "../../../src/proxmox/settings/endpoint.ts";
import { Dialer } from "../../../src/proxmox/tls/dial.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
});
afterEach(() => pve.close());

it("a resumed connection is not asked for another session", async () => {
  const settings = {
    minVersion: "1.3",
    insecure: false,
    fingerprints: [],
    authorities: [pve.caPem],
  } as const;
  const dialer = new Dialer(settings, {}, process.platform, () => undefined);
  const endpoint = parseEndpoint(pve.endpoint);
  const { signal } = new AbortController();
  const first = await dialer.dial(endpoint, signal);
  await once(first, "session");
  const second = await dialer.dial(endpoint, signal);
  expect([first, second].map((socket) => socket.isSessionReused())).toEqual([false, true]);
  // With a listener OpenSSL writes down every session that the server offers, two of them by default.
  expect([first, second].map((socket) => socket.listenerCount("session"))).toEqual([1, 0]);
  for (const socket of [first, second]) socket.destroy();
});

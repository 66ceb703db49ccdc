import { expect, it } from "vitest";
import { FaultProxy } from "../support/faults/fault-proxy.ts";
import { passThrough } from "../support/faults/strike.ts";
import { createCertificateAuthority } from "../support/pve/certificate.ts";
import { startPve } from "../support/pve/stand-in.ts";
import { ask, failure } from "./asking.ts";

const INSECURE = { minVersion: "1.3", insecure: true, fingerprints: [], authorities: null } as const;

it("a TLS record that is damaged on the way is named as such, and asked for again", async () => {
  const pve = await startPve();
  const identity = createCertificateAuthority().issue({ hosts: ["127.0.0.1"] });
  const proxy = new FaultProxy({ upstream: pve.endpoint, identity });
  await proxy.start();
  let damaging = 0;
  const struck = new Set<number>();
  const pass = proxy.onExchange;
  proxy.onExchange = (exchange) => {
    if (damaging > 0) struck.add(exchange.port);
    damaging -= 1;
    return pass(exchange);
  };
  proxy.onConnection = (socket) => {
    const inner = proxy.inner();
    passThrough(socket, inner, (piece) => {
      // Behind the five bytes of the record's header.
      if (struck.delete(inner.localPort ?? 0)) piece[7] = (piece[7] ?? 0) ^ 1;
      socket.write(piece);
    });
  };
  const { client } = ask(pve, { endpoints: [proxy.endpoint], tls: INSECURE, maxRetries: 1 });

  damaging = 1;
  expect(await client.version()).toBe("9.2.11");
  damaging = 2;
  const error = await failure(client.nodes());
  expect(`${error.code}: ${error.problem}`).toBe(
    `tls: What came from ${proxy.endpoint} was damaged on the way (ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC).`,
  );
  expect(error.attempts).toBe(2);

  await client.close();
  await proxy.close();
  await pve.close();
});

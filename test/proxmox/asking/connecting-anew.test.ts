import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCertificateAuthority, type Identity } from "../../support/pve/certificate.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";
import { ask, failure } from "../asking.ts";

const authority = createCertificateAuthority();
const stranger = createCertificateAuthority();
const keyOf = ({ privateKeyPem, certificatePem }: Identity) => ({ key: privateKeyPem, cert: certificatePem });

/** Answers once and closes the connection; from then on it shows the certificate of another authority. */
const server = createServer(keyOf(authority.issue({ hosts: ["127.0.0.1"] })), (_request, response) => {
  server.setSecureContext(keyOf(stranger.issue({ hosts: ["127.0.0.1"] })));
  response.writeHead(200, { "Content-Type": "application/json", Connection: "close" });
  response.end('{"data":{"version":"9.2.11"}}');
});

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await pve.close();
});

describe("a request that needs a new connection, since the server has closed the last one", () => {
  it("fails with what is wrong with the new one, and is not repeated", async () => {
    const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const tls = {
      minVersion: "1.3",
      insecure: false,
      fingerprints: [],
      authorities: [authority.certificatePem],
    } as const;
    const { client, clock } = ask(pve, { endpoints: [endpoint], tls });
    expect(await client.version()).toBe("9.2.11");
    const error = await failure(client.nodes());
    await client.close();
    expect(error.problem).toContain(
      "is not accepted: it was issued by an authority that is not trusted here",
    );
    expect(clock.pauses).toEqual([]);
  });
});

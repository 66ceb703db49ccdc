import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TlsSettings } from "../../../src/proxmox/tls/trust.ts";
import { createCertificateAuthority } from "../../support/pve/certificate.ts";
import { type PveStandIn, type StandInOptions, startPve } from "../../support/pve/stand-in.ts";
import { ask, deadEndpoint, failure } from "../asking.ts";

const STRANGER = createCertificateAuthority().certificatePem;
const DAMAGED = STRANGER.replace(/\nMI.{8}/, "\nMIAAAAAAAA");
const OTHER_FINGERPRINT = Array(32).fill("AB").join(":");

const STRICT: TlsSettings = { minVersion: "1.3", insecure: false, fingerprints: [], authorities: [STRANGER] };

let pve: PveStandIn;
const start = async (options: StandInOptions = {}) => {
  pve = await startPve(options);
};
beforeEach(() => start());
afterEach(async () => {
  await pve.closedByClients();
  await pve.close();
});

async function restart(options: StandInOptions): Promise<void> {
  await pve.close();
  await start(options);
}

async function nodesWith(tls: Partial<TlsSettings>, endpoint = pve.endpoint): Promise<number> {
  const { client } = ask(pve, { endpoints: [endpoint], tls: { ...STRICT, ...tls } });
  const nodes = await client.nodes().finally(() => client.close());
  return nodes.length;
}

async function tlsFailure(tls: Partial<TlsSettings>, endpoint = pve.endpoint) {
  const { client, clock } = ask(pve, { endpoints: [endpoint], tls: { ...STRICT, ...tls } });
  const error = await failure(client.nodes());
  await client.close();
  expect(clock.pauses).toEqual([]);
  expect(pve.requests.lines).toEqual([]);
  return error;
}

/** The stand-in's own certificate in PEM. */
async function serverCertificate(): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port: pve.port, ca: pve.caPem });
  await once(socket, "secureConnect");
  const pem = socket.getPeerX509Certificate()?.toString() ?? "";
  socket.destroy();
  return pem;
}

const place = () => `127.0.0.1:${pve.port}`;
const compare = () =>
  `The SHA-256 fingerprint of this certificate is ${pve.fingerprint}. Compare it with what "pvenode cert info" prints on that host. If it is the same, any one of these helps:`;
const pin = () => `  - list it: fingerprints = ["${pve.fingerprint}"]`;
const insecure = "  - as the last resort, insecure = true: then anybody on the way can pose as that host";

describe("a certificate is trusted", () => {
  it("when the configured authority signed it", async () => {
    expect(await nodesWith({ authorities: [pve.caPem] })).toBe(4);
  });

  it("when its fingerprint is listed, whoever signed it", async () => {
    expect(await nodesWith({ fingerprints: [OTHER_FINGERPRINT, pve.fingerprint] })).toBe(4);
  });

  it("when its fingerprint is listed, whomever it is made out for and however old it is", async () => {
    await restart({
      certificateHosts: ["pve1.example.com"],
      certificateNotAfter: new Date(Date.now() - 1000),
    });
    expect(await nodesWith({ fingerprints: [pve.fingerprint] })).toBe(4);
  });

  it("when its fingerprint is listed, on a resumed session too", async () => {
    await restart({ certificateHosts: ["pve1.example.com"] });
    const { client } = ask(pve, { tls: { ...STRICT, fingerprints: [pve.fingerprint] } });
    for (const node of ["pve1", "pve2", "pve3"]) await client.pciDevices(node);
    expect([pve.handshakes, pve.resumed]).toEqual([3, 2]);
    await client.close();
  });

  it("when it is itself among the authorities, as Go takes it", async () => {
    expect(await nodesWith({ authorities: [await serverCertificate()] })).toBe(4);
  });

  it("when it is not listed but the authority signed it", async () => {
    expect(await nodesWith({ authorities: [pve.caPem], fingerprints: [OTHER_FINGERPRINT] })).toBe(4);
  });

  it("when nothing is to be checked", async () => {
    await restart({ certificateHosts: ["pve1.example.com"] });
    expect(await nodesWith({ insecure: true })).toBe(4);
  });

  it("when one of several authorities signed it, over IPv6 too", async () => {
    await restart({ host: "::1" });
    expect(await nodesWith({ authorities: [STRANGER, pve.caPem] })).toBe(4);
  });

  it("when it is made out for the endpoint's name", async () => {
    expect(await nodesWith({ authorities: [pve.caPem] }, `https://localhost:${pve.port}`)).toBe(4);
  });

  it("when SSL_CERT_FILE names the authority and the configuration none", async () => {
    const { client } = ask(pve, {
      tls: { ...STRICT, authorities: null },
      environment: { SSL_CERT_FILE: pve.caFile, SSL_CERT_DIR: "/nonexistent" },
      platform: "linux",
    });
    expect(await client.nodes()).toHaveLength(4);
    await client.close();
    expect(pve.handshakes).toBe(1);
  });

  it.each<[string, string, readonly string[], string]>([
    ["SSL_CERT_FILE has a stranger's certificate", STRANGER, [], ""],
    ["SSL_CERT_FILE has no certificate", "hello", [], ""],
    ["a fingerprint is listed that is not its own", "", [OTHER_FINGERPRINT], ""],
    ["a certificate of the system is damaged", STRANGER, [], DAMAGED],
  ])(
    "when %s and the system knows its authority, by a second connection",
    async (_, named, fingerprints, more) => {
      const directory = await mkdtemp(join(tmpdir(), "tls-"));
      const certs = join(directory, "certs");
      await mkdir(certs);
      await writeFile(join(certs, "pve.pem"), more + pve.caPem);
      await writeFile(join(directory, "named.pem"), named);
      const { client } = ask(pve, {
        tls: { ...STRICT, authorities: null, fingerprints },
        environment: { SSL_CERT_FILE: join(directory, "named.pem"), SSL_CERT_DIR: certs },
        platform: "linux",
      });
      await Promise.all([client.nodes(), client.version()]);
      // What comes later trusts the system at once.
      await client.pciDevices("pve1");
      await client.pciDevices("pve2");
      await client.close();
      await rm(directory, { recursive: true });
      await pve.closedByClients();
      expect([pve.failedHandshakes, pve.handshakes]).toEqual([2, 3]);
    },
  );
});

describe("a certificate is looked at on every connection", () => {
  it("also where a session of the server before it is known", async () => {
    const { client } = ask(pve, { tls: { ...STRICT, fingerprints: [pve.fingerprint] } });
    for (const node of ["pve1", "pve2"]) await client.pciDevices(node);
    expect(pve.resumed).toBe(1);
    await restart({ port: pve.port });
    const error = await failure(client.nodes());
    expect(error.problem).toContain("It is none of the listed fingerprints either.");
    expect(pve.requests.lines).toEqual([]);
    await client.close();
  });

  it("also where it is the next endpoint's", async () => {
    const listed = pve.fingerprint;
    await restart({});
    const endpoints = [await deadEndpoint(), pve.endpoint];
    const { client } = ask(pve, { endpoints, tls: { ...STRICT, fingerprints: [listed] } });
    const error = await failure(client.nodes());
    expect(error.problem).toContain("It is none of the listed fingerprints either.");
    expect(pve.requests.lines).toEqual([]);
    await client.close();
  });
});

describe("a certificate is not accepted, and the message says why,", () => {
  it("when an unknown authority signed it", async () => {
    const error = await tlsFailure({});
    expect(error.code).toBe("tls");
    expect(error.message).toBe(
      [
        `The certificate of ${place()} is not accepted: it was issued by an authority that is not trusted here (O=Proxmox Virtual Environment, CN=PVE Cluster Manager CA).`,
        `Tried: GET /api2/json/nodes at ${pve.endpoint}.`,
        [
          compare(),
          "  - set ca_file to a copy of the cluster's /etc/pve/pve-root-ca.pem (or ca_pem to its text)",
          pin(),
          insecure,
        ].join("\n"),
      ].join("\n\n"),
    );
  });

  it("when it is not listed either", async () => {
    const error = await tlsFailure({ fingerprints: [OTHER_FINGERPRINT] });
    expect(error.problem).toBe(
      `The certificate of ${place()} is not accepted: it was issued by an authority that is not trusted here (O=Proxmox Virtual Environment, CN=PVE Cluster Manager CA). It is none of the listed fingerprints either.`,
    );
  });

  it("when it is made out for other names", async () => {
    await restart({ certificateHosts: ["pve1.example.com", "10.0.0.1"] });
    const error = await tlsFailure({ authorities: [pve.caPem] });
    expect(error.problem).toBe(
      `The certificate of ${place()} is not accepted: it is not made out for 127.0.0.1, but for pve1.example.com, 10.0.0.1.`,
    );
    expect(error.advice).toBe(
      [compare(), "  - use one of the names in the certificate as the endpoint", pin(), insecure].join("\n"),
    );
  });

  it("when it has expired, at once although the system might know more authorities", async () => {
    await restart({ certificateNotAfter: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)) });
    const { client } = ask(pve, {
      tls: { ...STRICT, authorities: null },
      environment: { SSL_CERT_FILE: pve.caFile },
      platform: "linux",
    });
    expect((await failure(client.nodes())).problem).toMatch(/has expired\.$/);
    await client.close();
    await pve.closedByClients();
    expect([pve.failedHandshakes, pve.handshakes]).toEqual([1, 0]);
  });

  it("when it has expired", async () => {
    await restart({ certificateNotAfter: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)) });
    const error = await tlsFailure({ authorities: [pve.caPem] });
    expect(error.problem).toMatch(
      /^The certificate of 127\.0\.0\.1:\d+ is not accepted: it, valid from .* to Jan {2}2 03:04:05 2026 GMT, or its authority's has expired\.$/,
    );
    expect(error.advice).toBe(
      [
        compare(),
        '  - renew it on the host ("pvecm updatecerts --force", or "pvenode acme cert renew"), and check the clocks',
        pin(),
        insecure,
      ].join("\n"),
    );
  });

  it("when Node's and the system's authorities do not know it", async () => {
    const { client } = ask(pve, { tls: { ...STRICT, authorities: null } });
    expect((await failure(client.nodes())).code).toBe("tls");
    await client.close();
  });
});

describe("a version of TLS", () => {
  it("below the minimum is refused, with the setting that allows it", async () => {
    await restart({ maxTls: "TLSv1.2" });
    const error = await tlsFailure({ authorities: [pve.caPem] });
    expect(error.code).toBe("tls");
    expect(error.problem).toBe(
      `${pve.endpoint} speaks no TLS version that is allowed here (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION).`,
    );
    expect(error.advice).toBe(
      'Proxmox VE speaks TLS 1.2 and 1.3. If this host is limited to 1.2, set min_tls = "1.2".',
    );
  });

  it.each(["1.0", "1.1", "1.2"] as const)("from the minimum of %s up is taken", async (minVersion) => {
    await restart({ maxTls: "TLSv1.2" });
    expect(await nodesWith({ authorities: [pve.caPem], minVersion })).toBe(4);
  });
});

describe("a server that speaks no TLS", () => {
  it("is named as such", async () => {
    const plain = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const address = plain.address();
    const endpoint = `https://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    const error = await tlsFailure({}, endpoint);
    expect(`${error.code}: ${error.problem}`).toBe(
      `tls: ${endpoint} does not speak TLS on this port (ERR_SSL_WRONG_VERSION_NUMBER).`,
    );
    expect(error.advice).toBe("Check the port: Proxmox listens on 8006.");
    await new Promise((resolve) => plain.close(resolve));
  });
});

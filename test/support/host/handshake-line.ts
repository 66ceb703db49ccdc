/** Reads the line that a plugin answers with, as strictly as the strictest of the Go hosts. */
import { X509Certificate } from "node:crypto";

/** What the line says. */
export interface Handshake {
  readonly coreVersion: number;
  readonly protocolVersion: number;
  readonly network: "unix" | "tcp";
  /** The socket's path, or `host:port`. */
  readonly address: string;
  readonly protocol: string;
  /** The server's certificate; absent without TLS. */
  readonly certificate: X509Certificate | undefined;
}

/**
 * Reads the line. Throws when a Go host would refuse it: fewer than four fields, another core version, an
 * unknown network, base64 with padding; and when there is a seventh field, which go-plugin 1.4.3 reads as part of the
 * certificate.
 */
export function parseHandshakeLine(line: string): Handshake {
  const fields = line.trim().split("|");
  if (fields.length < 4) throw new Error(`Unrecognized remote plugin message: ${line}`);
  const [coreVersion, protocolVersion, network, address = "", protocol = "netrpc", certificate = "", extra] =
    fields;
  if (coreVersion !== "1") throw new Error(`incompatible core API version: ${line}`);
  if (network !== "unix" && network !== "tcp") throw new Error(`unknown address type: ${line}`);
  if (extra !== undefined) throw new Error(`more than six fields: ${line}`);
  return {
    coreVersion: Number(coreVersion),
    protocolVersion: Number(protocolVersion),
    network,
    address,
    protocol,
    certificate: certificate === "" ? undefined : parseCertificate(certificate),
  };
}

function parseCertificate(base64: string): X509Certificate {
  if (!/^[A-Za-z0-9+/]+$/.test(base64)) throw new Error(`not base64 without padding: ${base64}`);
  return new X509Certificate(Buffer.from(base64, "base64"));
}

/**
 * The agreement between a host and the plugin that it launches: environment variables in, one line out. Source:
 * hashicorp/go-plugin `docs/internals.md`, `server.go` and `client.go`.
 */
import { X509Certificate } from "node:crypto";

/** The environment, like `process.env`. */
export type Environment = { readonly [name: string]: string | undefined };

/** The variable that tells a plugin that a host launched it. The value is the same for all providers. */
export const MAGIC_COOKIE = {
  name: "TF_PLUGIN_MAGIC_COOKIE",
  value: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
} as const;

/** The protocol's major version that this plugin speaks. */
export const PROTOCOL_VERSION = 6;

/** go-plugin's own version: the first field of the line. */
const CORE_PROTOCOL_VERSION = 1;

export interface HandshakeRequest {
  /** The certificates, in PEM, one of which the host will show; undefined when it wants no TLS. */
  readonly clientCertificates: readonly string[] | undefined;
  /** The ports to try where there are no unix sockets, both included. With 0 the system chooses. */
  readonly ports: { readonly first: number; readonly last: number };
  /** The directory that has to contain the socket; undefined when the host names none. */
  readonly socketDirectory: string | undefined;
  /** Whether the host asked for all broker connections in one, and so understands a seventh field. */
  readonly asksForMultiplexing: boolean;
}

export type ListenAddress =
  | { readonly network: "unix"; readonly path: string }
  | { readonly network: "tcp"; readonly host: string; readonly port: number };

/** The plugin cannot start as the host wants. The message is one line for the user: what, why, and what to do. */
export class PluginStartError extends Error {
  override readonly name = "PluginStartError";
}

/** Whether a host launched this process, not a person. */
export function isLaunchedByHost(environment: Environment): boolean {
  return environment[MAGIC_COOKIE.name] === MAGIC_COOKIE.value;
}

/**
 * Reads what the host asks for.
 * @throws PluginStartError when the host does not speak the protocol's version, or a variable is broken.
 */
export function readHandshake(environment: Environment): HandshakeRequest {
  requireProtocolVersion(environment["PLUGIN_PROTOCOL_VERSIONS"]);
  return {
    clientCertificates: readClientCertificates(environment["PLUGIN_CLIENT_CERT"]),
    ports: readPorts(environment),
    socketDirectory: environment["PLUGIN_UNIX_SOCKET_DIR"] || undefined,
    asksForMultiplexing: Boolean(environment["PLUGIN_MULTIPLEX_GRPC"]),
  };
}

/**
 * The line that answers the host. `certificate` is the server's in DER form, undefined without TLS. Hosts decode it as
 * base64 *without* padding. Hosts before go-plugin 1.5 take everything after the fifth bar as the certificate, so only
 * a host that asked for the seventh field gets it.
 */
export function formatHandshakeLine(
  address: ListenAddress,
  certificate: Uint8Array | undefined,
  request: Pick<HandshakeRequest, "asksForMultiplexing">,
): string {
  const fields = [
    CORE_PROTOCOL_VERSION,
    PROTOCOL_VERSION,
    address.network,
    address.network === "unix" ? address.path : `${address.host}:${address.port}`,
    "grpc",
    certificate === undefined ? "" : Buffer.from(certificate).toString("base64").replace(/=+$/, ""),
  ];
  if (request.asksForMultiplexing) fields.push("false");
  return `${fields.join("|")}\n`;
}

/**
 * The line that tells a host why the plugin does not start. Hosts show the first line of stdout to the user, but as a
 * whole only when it has fewer than four fields.
 */
export function formatFailureLine(pluginName: string, reason: string): string {
  const line = `${pluginName}: ${reason}`;
  return `${line.replace(/\s+/g, " ").replaceAll("|", "/").trim()}\n`;
}

/** Old hosts send no list: the plugin chooses, and the host checks the choice. */
function requireProtocolVersion(offered: string | undefined): void {
  if (!offered) return;
  if (offered.split(",").some((version) => Number(version.trim() || Number.NaN) === PROTOCOL_VERSION)) return;
  throw new PluginStartError(
    `this host offers version ${offered.split(",").join(", ")} of the plugin protocol, but the provider needs ` +
      `version ${PROTOCOL_VERSION}: use OpenTofu, or Terraform 1.0 or newer`,
  );
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Absent and empty mean "no TLS". Anything else has to be certificates: a broken one must not lead to plain text. */
function readClientCertificates(pem: string | undefined): readonly string[] | undefined {
  if (!pem) return undefined;
  const certificates = pem.match(PEM_CERTIFICATE) ?? [];
  if (certificates.length === 0 || !certificates.every(isCertificate)) {
    throw new PluginStartError(
      "PLUGIN_CLIENT_CERT does not hold a certificate in PEM form: refusing to serve without it",
    );
  }
  return certificates;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).publicKey.asymmetricKeyType !== undefined;
  } catch {
    return false;
  }
}

function readPorts(environment: Environment): HandshakeRequest["ports"] {
  const first = readPort(environment, "PLUGIN_MIN_PORT");
  const last = readPort(environment, "PLUGIN_MAX_PORT");
  if (first > last) {
    throw new PluginStartError(`PLUGIN_MIN_PORT ${first} is greater than PLUGIN_MAX_PORT ${last}`);
  }
  return { first, last };
}

function readPort(environment: Environment, name: string): number {
  const text = environment[name];
  if (!text) return 0;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new PluginStartError(`${name} is not a port number: ${JSON.stringify(text)}`);
  return port;
}

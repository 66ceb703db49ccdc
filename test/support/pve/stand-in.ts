import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createServer as createTlsServer, type SecureVersion, type TLSSocket } from "node:tls";
import { type CertificateAuthority, createCertificateAuthority, type Identity } from "./certificate.ts";
import type { Cluster } from "./cluster.ts";
import { serveConnection } from "./connection.ts";
import { Faults } from "./faults.ts";
import { type Hardware, hardwareCluster } from "./hardware-file.ts";
import { seededRandom } from "./random.ts";
import { recordedCluster } from "./recorded-cluster.ts";
import type { RecordingName } from "./recordings.ts";
import { RequestLog } from "./request-log.ts";
import type { StandardTokens } from "./standard-access.ts";

/** Where a stand-in's cluster comes from: recorded answers, a hardware file's content, or another stand-in. */
export type ClusterSource =
  | RecordingName
  | Hardware
  | { readonly cluster: Cluster; readonly tokens: StandardTokens };

export interface StandInOptions {
  /** Default: the recorded PVE 9.2 cluster. */
  readonly source?: ClusterSource;
  /** The member that answers. Default: the first by name. */
  readonly node?: string;
  /** Address to listen on, `127.0.0.1` or `::1`. Default: the former. */
  readonly host?: string;
  /** Default: a free port. */
  readonly port?: number;
  /** Default: an authority of its own. */
  readonly authority?: CertificateAuthority;
  /** Names and addresses in the certificate. Default: localhost and both loopback addresses. */
  readonly certificateHosts?: readonly string[];
  /** End of the certificate's validity. Default: in a year. */
  readonly certificateNotAfter?: Date;
  readonly minTls?: SecureVersion;
  readonly maxTls?: SecureVersion;
  /** Seed of all random orders. Default: 1. */
  readonly seed?: number;
  /** How long Proxmox keeps a refused caller waiting. Default: 0; a real one takes 3000. */
  readonly unauthorizedDelayMs?: number;
  /** How that time passes. Default: `setTimeout`. */
  readonly wait?: (ms: number) => Promise<void>;
  /** Idle connections are closed after this time. Default: 5000, as Proxmox does. */
  readonly keepAliveMs?: number;
  /** Clock of dates, tickets and expiry. Default: the system's. */
  readonly now?: () => Date;
}

/** A running stand-in of a Proxmox API server. */
export interface PveStandIn {
  /** `https://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly port: number;
  /** Certificate of the authority that signed the server's. */
  readonly caPem: string;
  /** The same as a file, removed at `close`. */
  readonly caFile: string;
  /** SHA-256 of the server's certificate, as Proxmox prints it. */
  readonly fingerprint: string;
  /** Tokens with different rights, each `user@realm!name=secret`. */
  readonly tokens: StandardTokens;
  /** What the answers are computed from; change it as you please. */
  readonly cluster: Cluster;
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** TLS handshakes so far, resumed ones included. */
  readonly handshakes: number;
  /** How many of them resumed a session. */
  readonly resumed: number;
  /** Handshakes that failed, for example because the client did not trust the certificate. */
  readonly failedHandshakes: number;
  /** Resumes no session that it has given by now, as after a restart. */
  forgetSessions(): void;
  /** Connections that are open. */
  readonly openSockets: number;
  /** Settles when no connection is open. */
  closedByClients(): Promise<void>;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** Starts a stand-in on a free port. */
export async function startPve(options: StandInOptions = {}): Promise<PveStandIn> {
  const { cluster, tokens } = clusterOf(options.source ?? "pve9");
  const authority = options.authority ?? createCertificateAuthority();
  const identity = authority.issue({
    hosts: options.certificateHosts ?? ["localhost", "127.0.0.1", "::1"],
    ...(options.certificateNotAfter === undefined ? {} : { notAfter: options.certificateNotAfter }),
  });
  const service = {
    cluster,
    local: options.node ?? [...cluster.nodes.keys()].toSorted()[0] ?? "localhost",
    requests: new RequestLog(),
    faults: new Faults(),
    random: seededRandom(options.seed ?? 1),
    unauthorizedDelayMs: options.unauthorizedDelayMs ?? 0,
    wait: options.wait ?? ((ms: number) => delay(ms)),
    keepAliveMs: options.keepAliveMs ?? 5000,
    now: options.now ?? (() => new Date()),
  };

  const sockets = new Set<Socket>();
  const emptied = new Set<() => void>();
  const counters = { handshakes: 0, resumed: 0, failed: 0, connections: 0 };
  const tls = createTlsServer(tlsOptions(options, identity), (socket: TLSSocket) => {
    counters.handshakes++;
    if (socket.isSessionReused()) counters.resumed++;
    serveConnection(socket, service, ++counters.connections, true);
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      if (sockets.size === 0) for (const resolve of emptied) resolve();
    });
    socket.on("error", () => socket.destroy());
    socket.once("data", (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      if (first[0] === TLS_HANDSHAKE) tls.emit("connection", socket);
      else serveConnection(socket, service, ++counters.connections, false);
      process.nextTick(() => socket.resume());
    });
  });
  tls.on("tlsClientError", (_, socket) => {
    counters.failed++;
    socket.destroy();
  });

  const host = options.host ?? "127.0.0.1";
  const port = await listen(server, host, options.port ?? 0);
  const directory = temporaryFolder();
  const caFile = join(directory, "pve-root-ca.pem");
  writeFileSync(caFile, authority.certificatePem);

  return {
    endpoint: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    caPem: authority.certificatePem,
    caFile,
    fingerprint: identity.fingerprint,
    tokens,
    cluster,
    requests: service.requests,
    faults: service.faults,
    get handshakes() {
      return counters.handshakes;
    },
    get resumed() {
      return counters.resumed;
    },
    get failedHandshakes() {
      return counters.failed;
    },
    forgetSessions: () => tls.setTicketKeys(randomBytes(TICKET_KEYS_BYTES)),
    get openSockets() {
      return sockets.size;
    },
    closedByClients: async () => {
      if (sockets.size > 0) await new Promise<void>((resolve) => emptied.add(resolve));
    },
    close: async () => {
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await stopped;
      removeFolder(directory);
    },
  };
}

const TLS_HANDSHAKE = 0x16;

/** Of all keys that tickets are made with. Source: Node's documentation of `tls.Server.setTicketKeys`. */
const TICKET_KEYS_BYTES = 48;

/** Folders of stand-ins that nobody has closed, and whether their removal at the end is arranged. */
const folders = new Set<string>();
let removedAtExit = false;

/** A folder that goes with `removeFolder`, or at the latest with this process. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pve-stand-in-"));
  if (!removedAtExit) process.once("exit", () => folders.forEach(removeFolder));
  removedAtExit = true;
  folders.add(folder);
  return folder;
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

function clusterOf(source: ClusterSource): { cluster: Cluster; tokens: StandardTokens } {
  if (typeof source === "string") return recordedCluster(source);
  return "cluster" in source ? source : hardwareCluster(source);
}

function tlsOptions(options: StandInOptions, identity: Identity): object {
  return {
    key: identity.privateKeyPem,
    cert: identity.certificatePem,
    minVersion: options.minTls ?? "TLSv1.2",
    maxVersion: options.maxTls ?? "TLSv1.3",
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the server has no port"));
      else resolve(address.port);
    });
  });
}

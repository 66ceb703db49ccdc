/** A TLS server that sends bytes as they are written in a test, one list of pieces a request. */
import type { AddressInfo, Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { createCertificateAuthority } from "../../support/pve/certificate.ts";

export interface RawServer {
  readonly endpoint: string;
  /** What is sent for the next requests; the connection ends with the last. */
  readonly answers: (readonly (Buffer | string)[])[];
  readonly connections: number;
  /** Whether the connection ends with every answer. */
  closing: boolean;
  close(): Promise<void>;
}

export async function startRawServer(): Promise<RawServer> {
  const identity = createCertificateAuthority().issue({ hosts: ["127.0.0.1"] });
  const answers: (readonly (Buffer | string)[])[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let server: RawServer;
  const listener = createServer({ key: identity.privateKeyPem, cert: identity.certificatePem }, (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      if (!received.endsWith("\r\n\r\n")) return;
      received = "";
      const pieces = answers.shift() ?? [];
      void send(socket, pieces, server.closing || answers.length === 0);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  server = {
    endpoint: `https://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    answers,
    closing: false,
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  return server;
}

/** Every piece goes out as a TLS record of its own. */
async function send(socket: TLSSocket, pieces: readonly (Buffer | string)[], isLast: boolean): Promise<void> {
  for (const piece of pieces) await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
  if (isLast) socket.end();
}

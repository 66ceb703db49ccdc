/** Web servers with a certificate, for what OpenTofu takes by HTTPS alone. */
import { readFileSync } from "node:fs";
import { request as httpRequest, type RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import { createCertificateAuthority } from "../pve/certificate.ts";

const authority = createCertificateAuthority();
const identity = authority.issue({ hosts: ["localhost", "127.0.0.1"] });

/** What trusts the servers. */
export const authorityPem: string = authority.certificatePem;

export interface HttpsServer extends AsyncDisposable {
  /** Host and port: `localhost:1234`. */
  readonly host: string;
}

/** Starts a server on a free port of this machine. */
export async function serve(listener: RequestListener): Promise<HttpsServer> {
  const server = createServer({ cert: identity.certificatePem, key: identity.privateKeyPem }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `localhost:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Hands out the files of a folder, as any web server does. */
export function filesOf(folder: string, contentTypeOf: (path: string) => string): RequestListener {
  return ({ url = "/" }, response) => {
    const path = normalize(new URL(url, "https://localhost").pathname);
    try {
      const content = readFileSync(join(folder, path));
      response.writeHead(200, { "content-type": contentTypeOf(path) }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  };
}

/** Passes everything on to a server without TLS; `change` may give an answer's body other bytes. */
export function proxyTo(port: number, change: (body: Buffer) => Buffer = (body) => body): RequestListener {
  return (incoming, response) => {
    const { method, url, headers } = incoming;
    const outgoing = httpRequest({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const body = change(Buffer.concat(chunks));
        response.writeHead(answer.statusCode ?? 502, answer.headers).end(body);
      });
    });
    outgoing.on("error", () => response.writeHead(502).end());
    incoming.pipe(outgoing);
  };
}

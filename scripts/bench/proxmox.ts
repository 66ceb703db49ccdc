/** Starts servers for measurements, and reads their counts. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterSize } from "./cluster.ts";
import type { Traffic } from "./traffic.ts";

export interface ServerOptions extends ClusterSize {
  /** How long `hardware/pci` takes, in milliseconds. A real Proxmox takes about 75. */
  readonly delayMs: number;
}

export interface ServerAddress {
  readonly endpoint: string;
  readonly caPem: string;
}

export interface BenchServer extends ServerAddress, AsyncDisposable {
  readonly options: ServerOptions;
  /** With these variables every contestant finds the server. */
  readonly environment: Readonly<Record<string, string>>;
  /** The requests since the last call. */
  traffic(): Promise<Traffic>;
}

/** Starts a server with a cluster of the given size. */
export async function startServer(options: ServerOptions): Promise<BenchServer> {
  const child = fork(join(import.meta.dirname, "proxmox-server.ts"), [JSON.stringify(options)]);
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-bench-ca-"));
  const receive = async <T>(): Promise<T> => {
    // Ends the wait when the server ends.
    const waiting = new AbortController();
    const onExit = (): void => waiting.abort(new Error("The server to measure against has ended."));
    child.once("exit", onExit);
    const [message] = await once(child, "message", { signal: waiting.signal });
    child.off("exit", onExit);
    return message as T;
  };
  const { endpoint, caPem } = await receive<ServerAddress>();
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, caPem);
  return {
    endpoint,
    caPem,
    options,
    environment: {
      PROXMOX_VE_ENDPOINT: endpoint,
      PROXMOX_VE_API_TOKEN: "bench@pve!bench=00000000-0000-4000-8000-000000000000",
      SSL_CERT_FILE: caFile,
    },
    traffic: async () => {
      const answer = receive<Traffic>();
      child.send("traffic");
      return await answer;
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

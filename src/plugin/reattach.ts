/**
 * Serves hosts that are told to use this process: for debuggers, which have to start it themselves. Source:
 * hashicorp/go-plugin `server.go` (test mode), terraform-plugin-go `tf6server/server.go`.
 */
import { tmpdir } from "node:os";
import type { Server } from "@grpc/grpc-js";
import type { Logger } from "../logger.ts";
import { startGrpcServer } from "./grpc-server.ts";
import { type ListenAddress, PROTOCOL_VERSION, readHandshake } from "./handshake.ts";
import { listen } from "./listener.ts";
import {
  endingSignals,
  exitOnSignals,
  exitOnUncaughtError,
  ignoreBrokenPipes,
  type PluginProcess,
} from "./process-guard.ts";

export interface ReattachOptions {
  /** The provider's full address, `HOST/NAMESPACE/TYPE`, by which hosts look it up. */
  readonly providerAddress: string;
  readonly addServices: (server: Server) => void | Promise<void>;
  readonly process: PluginProcess;
  readonly logger: Logger;
}

/** The value of `TF_REATTACH_PROVIDERS`. `Test` tells the host not to end the process. */
export function formatReattach(providerAddress: string, address: ListenAddress, pid: number): string {
  const text = address.network === "unix" ? address.path : `${address.host}:${address.port}`;
  return JSON.stringify({
    [providerAddress]: {
      Protocol: "grpc",
      ProtocolVersion: PROTOCOL_VERSION,
      Pid: pid,
      Test: true,
      Addr: { Network: address.network, String: text },
    },
  });
}

/** The lines that set the variable, in the shells of the platform. */
export function settingLines(value: string, platform: NodeJS.Platform): string {
  if (platform === "win32") {
    return (
      `PowerShell:      $env:TF_REATTACH_PROVIDERS='${value.replaceAll("'", "''")}'\n` +
      `Command Prompt:  set "TF_REATTACH_PROVIDERS=${value}"\n`
    );
  }
  return `TF_REATTACH_PROVIDERS='${value.replaceAll("'", "'\\''")}'\n`;
}

/** The risk of a local port without TLS, printed before anybody can set the variable. */
function portWarning({ host, port }: { readonly host: string; readonly port: number }): string {
  return (
    `Warning: this listens on ${host}:${port} without TLS, since hosts that reattach know none. Until it ends, every program of every\n` +
    "user of this machine can use it: read what your credentials can read, and have the credentials in its environment\n" +
    "(PROXMOX_VE_…, GPUHOST_…) sent to a server of its choice. Use a token that only reads (PVEAuditor) and can be taken back, where nobody\n" +
    "else works, and end it when you are done. On Linux, macOS and in WSL the socket lies in a directory that is yours alone.\n\n"
  );
}

/**
 * Serves any number of hosts, at the same time or one after another, without TLS: the socket's directory keeps other users
 * out. On Windows there is none, and a warning on stderr says so. The signals of `endingSignals` end it.
 */
export async function serveForReattach(options: ReattachOptions): Promise<void> {
  const { process, logger } = options;
  ignoreBrokenPipes(process);
  exitOnUncaughtError(process, logger);
  const listener = await listen(readHandshake({}), {
    platform: process.platform,
    temporaryDirectory: tmpdir(),
  });
  process.once("exit", () => listener.close());
  const signals = endingSignals(process.platform);
  // Without a terminal, the end of one is no reason to stop. Under nohup none of the three streams is a terminal; Node
  // undoes the rest of what nohup sets.
  const outlivesTerminal = process.platform !== "win32" && !(await hasTerminal());
  exitOnSignals(process, outlivesTerminal ? signals.filter((signal) => signal !== "SIGHUP") : signals, 0);
  if (outlivesTerminal) process.on("SIGHUP", () => logger.debug("the terminal is gone"));
  await startGrpcServer({
    listener,
    tls: undefined,
    addServices: options.addServices,
    watch: undefined,
    logger,
    onShutdown: () => process.exit(0),
  });
  if (listener.address.network === "tcp") process.stderr.write(portWarning(listener.address));
  const value = formatReattach(options.providerAddress, listener.address, process.pid);
  process.stdout.write(
    "The provider is running. Set this where you run OpenTofu or Terraform, and press Ctrl-C here to end it:\n\n" +
      settingLines(value, process.platform),
    (error) => {
      if (!error) return;
      process.stderr.write(`What hosts need to find this process cannot be printed: ${error.message}\n`);
      process.exit(1);
    },
  );
}

async function hasTerminal(): Promise<boolean> {
  // Not loaded when a host launches the program.
  const { isatty } = await import("node:tty");
  return [0, 1, 2].some(isatty);
}

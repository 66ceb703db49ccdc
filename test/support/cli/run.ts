/** Runs the command line as the binary does, in this process: with streams, an environment and signals of its own. */
import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import type { PveStandIn } from "../pve/stand-in.ts";
import { assertNoSecret } from "../secrets/known.ts";

export interface CliRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Signals that it has sent to itself, and the numbers with which it has left. */
  readonly killed: readonly (string | number | undefined)[];
}

export interface CliOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  /** Columns of a terminal on both streams; pipes when absent. */
  readonly columns?: number;
  /** What writing to standard output ends in. */
  readonly stdoutError?: NodeJS.ErrnoException;
  /** Default: linux. */
  readonly platform?: NodeJS.Platform;
  /** Is handed the process before it runs. */
  readonly onStart?: (process: EventEmitter) => void;
}

/** A stream that keeps what is written to it. */
class Sink extends EventEmitter {
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  readonly #error: NodeJS.ErrnoException | undefined;
  text = "";

  constructor(columns: number | undefined, error?: NodeJS.ErrnoException) {
    super();
    this.isTTY = columns !== undefined;
    this.columns = columns;
    this.#error = error;
  }

  write(text: string, done?: () => void): boolean {
    const error = this.#error;
    if (error === undefined) this.text += text;
    else process.nextTick(() => this.emit("error", error));
    if (done !== undefined) setImmediate(done);
    return true;
  }
}

export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const stdout = new Sink(options.columns, options.stdoutError);
  const stderr = new Sink(options.columns);
  const killed: (string | number | undefined)[] = [];
  const fake = Object.assign(new EventEmitter(), {
    env: options.environment ?? {},
    platform: options.platform ?? "linux",
    stdin: Readable.from([options.stdin ?? ""]),
    stdout,
    stderr,
    pid: 4711,
    kill: (_: number, signal?: string | number) => killed.push(signal),
    exit: (status?: number) => killed.push(status),
  });
  options.onStart?.(fake);
  const running = runCommandLine(args, { version: "1.2.3", process: fake as unknown as NodeJS.Process });
  // Whom a signal ends does not come back.
  const ended = new Promise<number>((resolve) => {
    const timer = setInterval(() => {
      if (killed.length > 0) resolve(-1);
    }, 5);
    void running.catch(() => {}).finally(() => clearInterval(timer));
  });
  const status = await Promise.race([running, ended]);
  for (const { text } of [stdout, stderr]) assertNoSecret(text, `what ${args.join(" ")} has printed`);
  return { status, stdout: stdout.text, stderr: stderr.text, killed };
}

/** The environment in which a stand-in is found, and signed in to with one of its tokens. */
export function environmentFor(pve: PveStandIn, token = pve.tokens.mapper): NodeJS.ProcessEnv {
  return {
    PROXMOX_VE_ENDPOINT: pve.endpoint,
    PROXMOX_VE_API_TOKEN: token,
    GPUHOST_CA_FILE: pve.caFile,
  };
}

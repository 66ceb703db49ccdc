/**
 * A go-plugin host of our own: launches a plugin as OpenTofu does, and tells what the plugin did.
 *
 *     await using plugin = await launchPlugin({ command: binaryPath() });
 *     const connection = plugin.connect();
 *     connection.openStreams();
 *     const schema = await connection.call(ProviderService.getProviderSchema, {});
 *     await connection.shutdown();
 *     await plugin.exited;
 *
 * Source: hashicorp/go-plugin `client.go`.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { createCertificate, type KeyAndCertificate } from "../../../src/plugin/certificate.ts";
import { assertNoSecret } from "../secrets/known.ts";
import { connectTo, type HostConnection } from "./connection.ts";
import { type HostEnvironmentOptions, hostEnvironment } from "./environment.ts";
import { type Handshake, parseHandshakeLine } from "./handshake-line.ts";

export interface LaunchOptions extends Omit<HostEnvironmentOptions, "clientCertificate"> {
  readonly command: string;
  readonly arguments?: readonly string[];
  readonly workingDirectory?: string;
  /** False launches as with TF_DISABLE_PLUGIN_TLS. */
  readonly tls?: boolean;
  /** Sent in place of the host's own certificate. */
  readonly clientCertificate?: string;
  /** Keeps the plugin's stdin open, for the test to write to. */
  readonly keepStdin?: boolean;
  /** Puts the plugin into a process group of its own, so that signals can be sent to the group. */
  readonly ownGroup?: boolean;
}

/** How a process has ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A line of the plugin's log, read as JSON. */
export type LogLine = { readonly [key: string]: unknown };

/** A launched process that may or may not have answered. */
export class LaunchedProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  /** The TMPDIR of the process, unless it was told another one. It is removed with this object. */
  readonly temporaryDirectory = mkdtempSync(join(tmpdir(), "host-"));
  #stdout = "";
  #stderr = "";
  /** The first line on stdout, without its end; undefined when the process has exited before. */
  readonly firstLine: Promise<string | undefined>;
  /** Resolves when the process has exited and all its output has been read. */
  readonly exited: Promise<Exit>;
  /** Milliseconds on `performance.now()`'s clock. */
  readonly startedAt = performance.now();
  /** When the first line had come, on the same clock; NaN before. */
  firstLineAt = Number.NaN;

  constructor(options: LaunchOptions, environment: NodeJS.ProcessEnv) {
    this.#child = spawn(options.command, options.arguments ?? [], {
      cwd: options.workingDirectory,
      env: { TMPDIR: this.temporaryDirectory, ...environment },
      detached: options.ownGroup ?? false,
    });
    this.#child.stdin.on("error", () => undefined);
    if (!options.keepStdin) this.#child.stdin.end();
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
    this.firstLine = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.stdout.setEncoding("utf8").on("data", (text: string) => {
        this.#stdout += text;
        const end = this.#stdout.indexOf("\n");
        if (end === -1 || !Number.isNaN(this.firstLineAt)) return;
        this.firstLineAt = performance.now();
        resolve(this.#stdout.slice(0, end));
      });
      this.#child.once("close", () => resolve(undefined));
    });
    this.exited = new Promise((resolve) => {
      this.#child.once("close", (code, signal) => resolve({ code, signal }));
    });
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("the process has not started");
    return pid;
  }

  /** The other end of the plugin's stdin; it has ended unless the test has asked for it. */
  get stdin(): Writable {
    return this.#child.stdin;
  }

  /** All that the process has printed to stdout so far. */
  get stdout(): string {
    return this.#stdout;
  }

  /** All that the process has printed to stderr so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** The complete lines on stderr, read as JSON. Throws when one is not. */
  get log(): readonly LogLine[] {
    return this.#stderr
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** Resolves when stdout has what is looked for; rejects when the process has exited without. */
  async printed(pattern: RegExp): Promise<void> {
    for (let ended = false; !pattern.test(this.#stdout); ) {
      if (ended) throw new Error(`${pattern} is not in: ${this.#stdout}\n${this.#stderr}`);
      const more = new Promise<boolean>((resolve) => this.#child.stdout.once("data", () => resolve(false)));
      ended = await Promise.race([more, this.exited.then(() => true)]);
    }
  }

  /** Closes the host's ends of the pipes, as when it dies. */
  closePipes(): void {
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.exited;
    rmSync(this.temporaryDirectory, { recursive: true, force: true });
    for (const text of [this.#stdout, this.#stderr]) assertNoSecret(text, "what the plugin has printed");
  }
}

/** A plugin that has answered the handshake. */
export class LaunchedPlugin extends LaunchedProcess {
  readonly #own: KeyAndCertificate | undefined;
  readonly #connections: HostConnection[] = [];
  #handshake: Handshake | undefined;

  constructor(options: LaunchOptions, environment: NodeJS.ProcessEnv, own: KeyAndCertificate | undefined) {
    super(options, environment);
    this.#own = own;
  }

  /** What the plugin has answered. */
  get handshake(): Handshake {
    if (this.#handshake === undefined) throw new Error("the plugin has not answered yet");
    return this.#handshake;
  }

  /** The host's certificate and key; undefined without TLS. */
  get hostCertificate(): KeyAndCertificate | undefined {
    return this.#own;
  }

  /** Waits for the plugin's line. Throws with all that the plugin has printed when it is none. */
  async readHandshake(): Promise<void> {
    const line = await this.firstLine;
    try {
      if (line === undefined) throw new Error("Failed to read any lines from plugin's stdout");
      this.#handshake = parseHandshakeLine(line);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw new Error(`${error instanceof Error ? error.message : error}\n${this.stderr}`, { cause: error });
    }
  }

  /** Opens a connection, by default with the host's own certificate. It connects with the first call. */
  connect(own: KeyAndCertificate | undefined = this.#own): HostConnection {
    const connection = connectTo(this.handshake, own);
    this.#connections.push(connection);
    return connection;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.close();
    await super[Symbol.asyncDispose]();
  }
}

/** Launches a plugin and waits for its line. Rejects when it does not answer as a Go host expects. */
export async function launchPlugin(options: LaunchOptions): Promise<LaunchedPlugin> {
  // Go hosts use this curve.
  const own = options.tls === false ? undefined : await createCertificate("P-521");
  const clientCertificate = options.clientCertificate ?? own?.certificatePem;
  const plugin = new LaunchedPlugin(options, hostEnvironment({ ...options, clientCertificate }), own);
  await plugin.readHandshake();
  return plugin;
}

/** Launches a plugin that is not expected to answer well; nothing is waited for. */
export function launchProcess(options: LaunchOptions): LaunchedProcess {
  return new LaunchedProcess(options, hostEnvironment(options));
}

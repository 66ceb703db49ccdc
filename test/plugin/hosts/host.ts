/** Builds and runs the hosts in Go of this folder. */
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { hostEnvironment } from "../../support/host/environment.ts";

/** The versions of go-plugin that hosts are built with, and the module file of each. */
export const GO_PLUGIN_VERSIONS = { "1.8.0": "go.mod", "1.4.3": "go-plugin-1.4.3.mod" } as const;

export type GoPluginVersion = keyof typeof GO_PLUGIN_VERSIONS;

/** What the host has seen; see `report` in main.go. */
export interface HostReport {
  readonly Pid: number;
  readonly Version: number;
  readonly Protocol: string;
  /** When the handshake line and the schema were there, as RFC 3339 has it. */
  readonly HandshakeAt: string;
  readonly SchemaBytes: number;
  readonly SchemaAt: string;
  readonly KillMillis: number;
  readonly Exited: boolean;
  /** What the calls of a file were answered, in base64. */
  readonly Answers: readonly string[] | null;
  readonly Log: readonly { readonly [key: string]: unknown }[] | null;
  readonly Error?: string;
}

export interface HostRun {
  readonly scenario?:
    | "ordinary"
    | "lingering-connections"
    | "interrupt"
    | "die-before-connecting"
    | "die-in-call";
  readonly tls?: boolean;
  readonly reattach?: object;
  readonly command?: readonly string[];
  readonly variables?: { readonly [name: string]: string | undefined };
}

/**
 * Compiles a host. The first time compiles go-plugin and gRPC, which takes a minute or two.
 *
 * @param environment More of Go's: another system to compile for.
 */
export async function buildGoHost(
  version: GoPluginVersion,
  program: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const flags = ["-trimpath", `-modfile=${GO_PLUGIN_VERSIONS[version]}`, "-o", program];
  const env = { ...process.env, ...environment };
  await promisify(execFile)("go", ["build", ...flags, "."], { cwd: import.meta.dirname, env });
}

/** A host, ready to run. */
export class GoHost {
  readonly #directory = mkdtempSync(join(tmpdir(), "go-host-"));
  readonly #program = join(this.#directory, "host");

  async build(version: GoPluginVersion): Promise<void> {
    await buildGoHost(version, this.#program);
  }

  /** Runs to the end, in a process group of its own, and reads the report. */
  async run(options: HostRun): Promise<HostReport> {
    const { scenario = "ordinary", tls = true, reattach, command = [], variables = {} } = options;
    const flags = [`-scenario=${scenario}`, `-tls=${tls}`];
    if (reattach !== undefined) flags.push(`-reattach=${JSON.stringify(reattach)}`);
    // The host sets the variables of the protocol itself.
    const env = {
      ...hostEnvironment(),
      TF_PLUGIN_MAGIC_COOKIE: undefined,
      TMPDIR: this.#directory,
      ...variables,
    };
    const child = spawn(this.#program, [...flags, "--", ...command], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    let output = "";
    for await (const chunk of child.stdout.setEncoding("utf8")) output += String(chunk);
    return JSON.parse(output) as HostReport;
  }

  /** The directories that plugins have made for their sockets and that are still there. */
  pluginDirectories(): string[] {
    return readdirSync(this.#directory).filter((name) => name.startsWith("plugin-"));
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

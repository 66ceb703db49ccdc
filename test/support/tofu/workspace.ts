import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { homeVariables, temporaryVariables } from "../../../scripts/system.mjs";
import { isJsonObject, type JsonObject } from "../pve/json.ts";
import type { PveStandIn } from "../pve/stand-in.ts";
import { trustVariables } from "../pve/trust.ts";
import { assertNoSecretsBelow } from "../secrets/files.ts";
import { type FurtherProvider, writeCliConfig } from "./cli-config.ts";
import { type Diagnostic, diagnosticsOf } from "./diagnostics.ts";
import { Command, processesWith, type Run } from "./process.ts";

export interface WorkspaceOptions {
  /** Path of `tofu` or `terraform`. */
  readonly executable: string;
  /** Folder of the filesystem mirror that holds the provider under test. */
  readonly mirror: string;
  /** Further providers, such as bpg's. */
  readonly further?: readonly FurtherProvider[];
  /** Name → content of the configuration's files. */
  readonly files?: Readonly<Record<string, string>>;
  /** Environment beyond PATH and what the workspace needs itself. Nothing else is passed on. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunOptions {
  /** More environment for this run. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: two minutes. */
  readonly timeoutMs?: number;
}

/** Commands that know `-no-color`. */
const COLOURED = new Set([
  "init",
  "validate",
  "plan",
  "apply",
  "destroy",
  "refresh",
  "output",
  "show",
  "test",
]);

const TIMEOUT_MS = 120_000;

/**
 * A temporary folder in which the real OpenTofu runs, with a HOME, a temporary folder and a CLI configuration of its
 * own. Nothing of the caller's environment reaches it but PATH.
 */
export class Workspace {
  /** Where the configuration lies. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #root: string;
  readonly #executable: string;
  readonly #written = new Set<string>();

  constructor(options: WorkspaceOptions) {
    this.#root = mkdtempSync(join(tmpdir(), "tofu-workspace-"));
    this.#executable = options.executable;
    this.directory = join(this.#root, "configuration");
    for (const folder of ["configuration", "home", "tmp"]) mkdirSync(join(this.#root, folder));
    this.environment = {
      PATH: process.env["PATH"] ?? "",
      ...homeVariables(join(this.#root, "home")),
      ...temporaryVariables(join(this.#root, "tmp")),
      TF_CLI_CONFIG_FILE: writeCliConfig(this.#root, options.mirror, options.further),
      CHECKPOINT_DISABLE: "1",
      TF_INPUT: "0",
      ...options.environment,
    };
    for (const [name, content] of Object.entries(options.files ?? {})) this.write(name, content);
  }

  /** Writes a file of the configuration; folders in its name are made. */
  write(name: string, content: string): void {
    this.#written.add(name);
    const path = join(this.directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }

  /** Text of a file of the configuration, for example of the state. */
  read(name: string): string {
    return readFileSync(join(this.directory, name), "utf8");
  }

  /** Starts a command, for tests that do something while it runs. */
  start(args: readonly string[], options: RunOptions = {}): Command {
    const [command = "", ...rest] = args;
    return new Command({
      executable: this.#executable,
      args: [command, ...(COLOURED.has(command) ? ["-no-color"] : []), ...rest],
      directory: this.directory,
      environment: { ...this.environment, ...options.environment },
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    });
  }

  /** Runs a command to its end, well or badly. */
  run(args: readonly string[], options?: RunOptions): Promise<Run> {
    return this.start(args, options).done;
  }

  /** Runs a command that has to succeed. */
  async succeed(args: readonly string[], options?: RunOptions): Promise<Run> {
    const run = await this.run(args, options);
    if (run.status !== 0) {
      throw new Error(`${args.join(" ")} ended with ${run.status ?? run.signal}:\n${run.output}`);
    }
    return run;
  }

  /** `init`, which has to succeed. */
  init(options?: RunOptions): Promise<Run> {
    return this.succeed(["init"], options);
  }

  /** `validate -json`: its diagnostics, whether or not the configuration is valid. */
  async validate(options?: RunOptions): Promise<Diagnostic[]> {
    return diagnosticsOf(await this.run(["validate", "-json"], options));
  }

  /** `plan -json`: its diagnostics, whether or not it succeeds. */
  async planDiagnostics(options?: RunOptions): Promise<Diagnostic[]> {
    return diagnosticsOf(await this.run(["plan", "-json"], options));
  }

  /** A plan as `show -json` gives it. */
  async plan(options?: RunOptions): Promise<JsonObject> {
    await this.succeed(["plan", "-out=plan.bin"], options);
    return parseObject((await this.succeed(["show", "-json", "plan.bin"], options)).stdout);
  }

  /** Plans and applies, then gives the outputs' values. */
  async apply(options?: RunOptions): Promise<JsonObject> {
    await this.succeed(["apply", "-auto-approve"], options);
    return this.outputs(options);
  }

  /** Name → value of the outputs in the state. */
  async outputs(options?: RunOptions): Promise<JsonObject> {
    const outputs = parseObject((await this.succeed(["output", "-json"], options)).stdout);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, output]) => [
        name,
        isJsonObject(output) ? (output["value"] ?? null) : null,
      ]),
    );
  }

  /** What programs have left behind in their temporary folder. */
  temporaryFiles(): string[] {
    return readdirSync(join(this.#root, "tmp"), { recursive: true }).map(String);
  }

  /** Command lines of processes that were started in this workspace and still run. */
  processes(): string[] {
    return processesWith("HOME", this.environment["HOME"] ?? "");
  }

  /** Removes the folder with everything in it. Throws when something that a program has written there has a secret. */
  remove(): void {
    if (!existsSync(this.#root)) return;
    try {
      assertNoSecretsBelow(this.#root, (name) => this.#written.has(name.replace(/^configuration\//, "")));
    } finally {
      rmSync(this.#root, { recursive: true, force: true });
    }
  }
}

/** The environment by which both this provider and bpg's find a stand-in. */
export function environmentOf(pve: PveStandIn, token: string = pve.tokens.discovery): Record<string, string> {
  return {
    PROXMOX_VE_ENDPOINT: pve.endpoint,
    PROXMOX_VE_API_TOKEN: token,
    ...trustVariables(pve.caFile),
  };
}

function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error(`not a JSON object: ${text}`);
  return value;
}

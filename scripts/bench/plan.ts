/** A folder with the configuration of one contestant: checks what a plan reads, and measures plans. */
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { memoryOf, processFile } from "../../test/support/host/process-state.ts";
import { isJsonObject, type JsonObject } from "../../test/support/pve/json.ts";
import { Workspace } from "../../test/support/tofu/workspace.ts";
import { bpgAddress, tools } from "../tools/tool.ts";
import type { Contestant } from "./contestant.ts";
import type { BenchServer } from "./proxmox.ts";
import { type Cost, timed } from "./timed.ts";

/** The programs that take part. */
export interface Programs {
  readonly tofu: string;
  readonly bpg: string;
  /** Our provider as packaged. */
  readonly gpuhost: string;
  /** The mirror that contains it. */
  readonly mirror: string;
}

const TIMEOUT_MS = 600_000;

export class Plan implements Disposable {
  readonly contestant: Contestant;
  readonly #workspace: Workspace;
  readonly #tofu: string;
  readonly #server: BenchServer;

  private constructor(contestant: Contestant, programs: Programs, server: BenchServer) {
    this.contestant = contestant;
    this.#tofu = programs.tofu;
    this.#server = server;
    this.#workspace = new Workspace({
      executable: programs.tofu,
      mirror: programs.mirror,
      further: [
        {
          address: bpgAddress,
          version: tools.bpg.version,
          executable: programs.bpg,
        },
      ],
      files: { "main.tf": contestant.configuration(server.options) },
      environment: server.environment,
    });
  }

  /** Makes the folder, and reads once to check the results. @throws {Error} when one is missing */
  static async prepare(contestant: Contestant, programs: Programs, server: BenchServer): Promise<Plan> {
    const plan = new Plan(contestant, programs, server);
    try {
      await plan.#workspace.init();
      await plan.#check();
      return plan;
    } catch (error) {
      plan[Symbol.dispose]();
      throw error;
    }
  }

  async #check(): Promise<void> {
    const options = { timeoutMs: TIMEOUT_MS };
    await this.#workspace.succeed(["plan", "-out=plan.bin"], options);
    const { stdout } = await this.#workspace.succeed(["show", "-json", "plan.bin"], options);
    const came = new Set(dataSourcesIn(JSON.parse(stdout)).flatMap(this.contestant.found));
    const expected = this.contestant.expected(this.#server.options);
    const missing = expected.filter((device) => !came.has(device));
    if (missing.length > 0 || came.size !== expected.length) {
      throw new Error(
        `${this.contestant.title} gave ${came.size} and not ${expected.length}; of those expected, ` +
          `${missing.length} are missing: ${missing.slice(0, 3).join(", ")}`,
      );
    }
  }

  /** Runs one plan. @throws {Error} When it fails or does not count everything */
  async run(): Promise<Cost> {
    const { directory, environment } = this.#workspace;
    const { cost, output } = await timed(this.#tofu, ["plan", "-no-color"], { directory, environment });
    const counted = Number(/count = (\d+)/.exec(output)?.[1]);
    const expected = this.contestant.expected(this.#server.options).length;
    if (counted !== expected) {
      throw new Error(`${this.contestant.title} counted ${counted} and not ${expected}.`);
    }
    return cost;
  }

  /** Runs one plan and watches the provider's processes. @returns the largest memory of any of them, in MiB */
  async peakMemory(): Promise<number> {
    const command = this.#workspace.start(["plan"], { timeoutMs: TIMEOUT_MS });
    let peak = 0;
    const watch = setInterval(() => {
      const providers = providersOf(this.#workspace.environment["HOME"] ?? "");
      peak = Math.max(peak, ...providers.map((pid) => memoryOf(pid, "VmHWM")));
    }, 4);
    try {
      const { status, output } = await command.done;
      if (status !== 0) throw new Error(`${this.contestant.title}: tofu plan failed:\n${output}`);
    } finally {
      clearInterval(watch);
    }
    return peak;
  }

  [Symbol.dispose](): void {
    this.#workspace.remove();
  }
}

/** The values of every data source in a plan as JSON. */
function dataSourcesIn(plan: unknown): JsonObject[] {
  const resources = ["prior_state", "values", "root_module", "resources"].reduce<unknown>(
    (value, key) => (isJsonObject(value) ? value[key] : undefined),
    plan,
  );
  if (!Array.isArray(resources)) throw new Error("The plan has no data source.");
  return resources
    .map((resource: unknown) => (isJsonObject(resource) ? resource["values"] : undefined))
    .filter(isJsonObject);
}

/**
 * Processes of providers with this HOME, found by the name of the program, because folders may have the name too. Linux
 * only.
 */
function providersOf(home: string): string[] {
  return readdirSync("/proc").filter((name) => {
    const [program = ""] = processFile(name, "cmdline").split("\0");
    return (
      /^\d+$/.test(name) &&
      basename(program).startsWith("terraform-provider-") &&
      processFile(name, "environ").includes(`HOME=${home}\0`)
    );
  });
}

import { cpSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../scripts/project.ts";
import { type Diagnostic, diagnosticsOf } from "./diagnostics.ts";
import type { Run } from "./process.ts";
import { Workspace, type WorkspaceOptions } from "./workspace.ts";

/** The examples in one of the folders below `examples` that test themselves, and how many runs these tests have. */
export function testedExamples(folder: "complete" | "modules"): (readonly [string, number])[] {
  const cwd = join(projectRoot, "examples", folder);
  const files = globSync("*/tests/*.tftest.hcl", { cwd }).toSorted();
  return [...Map.groupBy(files, (file) => file.split("/")[0] ?? "")].map(([name, tests]) => [
    name,
    tests.reduce((count, file) => count + countRuns(readFileSync(join(cwd, file), "utf8")), 0),
  ]);
}

const countRuns = (text: string): number => [...text.matchAll(/^run "/gm)].length;

/** The examples in a workspace, with commands running in the folder of one of them. */
export class Example {
  readonly workspace: Workspace;
  readonly #folder: string;

  /** @param folder Below `examples`. */
  constructor(folder: string, options: WorkspaceOptions) {
    this.#folder = folder;
    this.workspace = new Workspace(options);
    cpSync(join(projectRoot, "examples"), this.workspace.directory, { recursive: true });
  }

  /** Runs a command to its end, well or badly. */
  run(...args: string[]): Promise<Run> {
    return this.workspace.run([`-chdir=${this.#folder}`, ...args]);
  }

  /** Runs a command that has to succeed. */
  succeed(...args: string[]): Promise<Run> {
    return this.workspace.succeed([`-chdir=${this.#folder}`, ...args]);
  }

  async validate(): Promise<Diagnostic[]> {
    return diagnosticsOf(await this.run("validate", "-json"));
  }

  /** Applies, and gives the outputs as `output -json` does. */
  async apply(): Promise<unknown> {
    await this.succeed("apply", "-auto-approve", "-no-color");
    return JSON.parse((await this.succeed("output", "-json")).stdout);
  }

  /** The changes of a plan as `show -json` gives them. */
  async plan(): Promise<unknown> {
    await this.succeed("plan", "-out=plan.bin");
    return JSON.parse((await this.succeed("show", "-json", "plan.bin")).stdout);
  }
}

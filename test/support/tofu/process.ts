import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { processFile } from "../host/process-state.ts";
import { assertNoSecret } from "../secrets/known.ts";

/** How a command ended. */
export interface Run {
  /** Exit status; null when a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams as they came, interleaved. */
  readonly output: string;
}

export interface CommandOptions {
  readonly executable: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whatever runs longer is killed. */
  readonly timeoutMs: number;
}

/** A command under way in a process group of its own. It fails when it prints a secret. */
export class Command {
  /** Settles when the command has ended and its output is read; rejects when it took too long. */
  readonly done: Promise<Run>;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  #stdout = "";
  #stderr = "";
  #output = "";
  #ended = false;

  constructor(options: CommandOptions) {
    this.#child = spawn(options.executable, options.args, {
      cwd: options.directory,
      env: { ...options.environment },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const collect = (stream: "stdout" | "stderr", chunk: string): void => {
      if (stream === "stdout") this.#stdout += chunk;
      else this.#stderr += chunk;
      this.#output += chunk;
      this.#wake();
    };
    this.#child.stdout?.setEncoding("utf8").on("data", (chunk: string) => collect("stdout", chunk));
    this.#child.stderr?.setEncoding("utf8").on("data", (chunk: string) => collect("stderr", chunk));
    this.done = this.#finish(options);
    this.done.catch(() => undefined);
  }

  /** Everything printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Waits until the output so far matches; rejects when the command ends before it does. */
  async waitForOutput(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#output)) {
      if (this.#ended) throw new Error(`ended without printing ${pattern}:\n${this.#output}`);
      await new Promise<void>((resolve) => this.#listeners.add(resolve));
    }
  }

  /** What Ctrl-C does in a terminal: SIGINT to the command and everything it has started. */
  interrupt(): void {
    this.signal("SIGINT");
  }

  /** Sends a signal to whatever is left of the whole process group. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }

  #finish({ executable, args, timeoutMs }: CommandOptions): Promise<Run> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.signal("SIGKILL");
        reject(new Error(`${executable} ${args.join(" ")} took more than ${timeoutMs} ms:\n${this.#output}`));
      }, timeoutMs);
      this.#child.on("error", reject);
      this.#child.on("close", (status, signal) => {
        clearTimeout(timer);
        this.#ended = true;
        this.#wake();
        try {
          for (const text of [this.#stdout, this.#stderr])
            assertNoSecret(text, `the output of ${executable} ${args.join(" ")}`);
          resolve({ status, signal, stdout: this.#stdout, stderr: this.#stderr, output: this.#output });
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #wake(): void {
    for (const resolve of this.#listeners) resolve();
    this.#listeners.clear();
  }
}

/** Command lines of running processes that have a variable of that value in their environment. */
export function processesWith(variable: string, value: string): string[] {
  if (process.platform !== "linux") {
    // `E` shows the environment behind the command line. Source: ps(1) of macOS.
    const listing = execFileSync("ps", ["-axww", "-E", "-o", "command="], { encoding: "utf8" });
    return listedWith(listing, variable, value);
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => processFile(pid, "environ").split("\0").includes(`${variable}=${value}`))
    .map((pid) => processFile(pid, "cmdline").split("\0").join(" ").trim())
    .filter((line) => line !== "");
}

/** The same out of what ps lists, a process a line. The value may have no spaces. */
export function listedWith(listing: string, variable: string, value: string): string[] {
  return listing.split("\n").filter((line) => line.split(" ").slice(1).includes(`${variable}=${value}`));
}

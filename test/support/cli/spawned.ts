/** Programs run to their end, while stand-ins of this process answer them. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { assertNoSecret } from "../secrets/known.ts";

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runProgram(
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string },
): Promise<Ended> {
  return await endOf(spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] }));
}

/** What a program has said, once it has ended. */
export async function endOf(child: ChildProcess): Promise<Ended> {
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  }
  const [status, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  for (const said of Object.values(text)) assertNoSecret(said, "what the program has printed");
  return { status, signal, ...text };
}

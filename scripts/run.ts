/** Runs a program of this project with its output visible to the user. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { projectRoot } from "./project.ts";

/** The programs that check the sources. */
export const programs = {
  tsc: join(projectRoot, "node_modules", "typescript", "bin", "tsc"),
  biome: join(projectRoot, "node_modules", "@biomejs", "biome", "bin", "biome"),
  vitest: join(projectRoot, "node_modules", "vitest", "vitest.mjs"),
} as const;

/**
 * Runs a JavaScript program on this Node, with this process's output and no input.
 *
 * @param environment Variables in addition to those of this process.
 * @returns Its exit status; 1 when a signal ended it.
 */
export function runProgram(
  program: keyof typeof programs,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const child = spawn(process.execPath, [programs[program], ...args], {
    cwd: projectRoot,
    stdio: ["ignore", "inherit", "inherit"],
    // Some programs colour their output when the environment contains CI.
    env: { ...process.env, ...environment, ...(isPlain() ? { NO_COLOR: "1" } : {}) },
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

function isPlain(): boolean {
  return process.stdout.isTTY !== true && process.env["FORCE_COLOR"] === undefined;
}

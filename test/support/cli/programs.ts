/** Programs that a person has and a machine for tests may not, such as shells: installed where that can be done without asking. */
import { spawnSync } from "node:child_process";
import { executablesOnPath } from "../../../scripts/tools/on-path.ts";

const ADVICE = "apt-get install zsh fish zip unzip gpg, or what the system has instead";

/** Makes sure that a program is there. @throws {Error} where it is not, and cannot be installed. */
export function ensureProgram(name: string): void {
  if (executablesOnPath(name).length > 0) return;
  if (process.getuid?.() !== 0 || executablesOnPath("apt-get").length === 0) {
    throw new Error(`${name} is not there, and a test needs it: ${ADVICE}.`);
  }
  const install = ["install", "--yes", "--no-install-recommends", name];
  const done = aptGet(install) || (aptGet(["update"]) && aptGet(install));
  if (!done) throw new Error(`${name} is not there and could not be installed: ${ADVICE}.`);
}

function aptGet(args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", args, { env, stdio: "ignore", timeout: 150_000 }).status === 0;
}

/** `completion`: the script with which a shell completes this command line. */
import type { Command } from "commander";
import type { Shell } from "../request.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { modelOf } from "./model.ts";
import { zshScript } from "./zsh.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** @param program the definition that is also used for parsing. */
export function completionScript(shell: Shell, program: Command): string {
  return SCRIPTS[shell](modelOf(program));
}

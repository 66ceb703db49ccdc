/** The blocks of shell in the guides: those for the reader's machine, and those for a Proxmox host or a guest, which begin by saying so. */
import { readProjectFile } from "./documentation.ts";
import { codeBlocks } from "./markdown.ts";

/** What a block begins with that no test can run. */
const ELSEWHERE = /^# (?:On the host, as root|In the guest)\b.*$/m;

export interface ShellBlock {
  readonly text: string;
  /** Whether it is for a host or a guest. */
  readonly elsewhere: boolean;
  /** Its commands, a line each, without comments and with continued lines joined. */
  readonly commands: readonly string[];
}

/** The blocks of a page in their order. */
export function shellBlocks(path: string): ShellBlock[] {
  return codeBlocks(readProjectFile(path))
    .filter(({ language }) => language === "sh")
    .map(({ text }) => ({
      text,
      elsewhere: ELSEWHERE.test(text.split("\n")[0] ?? ""),
      commands: text
        .replaceAll(/\\\n\s*/g, "")
        .replaceAll(/<<'(\w+)'\n[\s\S]*?^\1$/gm, "")
        .split("\n")
        .filter((line) => line.trim() !== "" && !line.startsWith("#")),
    }));
}

/** The `pveum` commands of a page's blocks for hosts. */
export function pveumCommands(path: string): string[] {
  return shellBlocks(path)
    .filter(({ elsewhere }) => elsewhere)
    .flatMap(({ commands }) => commands)
    .filter((command) => command.startsWith("pveum "));
}

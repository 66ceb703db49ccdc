/** Commands that need Linux. */

/**
 * On another system, ends the process and says what to do.
 *
 * @param command The command that the user called.
 * @param why What it needs of Linux.
 */
export function linuxAlone(
  command: string,
  why: string,
  process: Pick<NodeJS.Process, "platform" | "exit"> = globalThis.process,
): void {
  if (process.platform === "linux") return;
  console.error(`Error: ${command} runs on Linux alone, since it ${why}. The devcontainer is one.`);
  process.exit(1);
}

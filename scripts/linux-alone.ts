/** Commands that read what Linux alone has. */

/**
 * Ends the process with what is to be done where the system is another one.
 *
 * @param command What the user has called.
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

/** The end of a process, and what it leaves behind. */
import { setTimeout as delay } from "node:timers/promises";
import type { LaunchedProcess } from "../host/launch.ts";
import { processesWith } from "../tofu/process.ts";
import type { FaultScene } from "./scene.ts";

const EXIT_MS = 5_000;

/**
 * Waits for the end of a process that was told to end, or is about to.
 * @param status the exit status that is right
 * @returns what of it is left, in words
 */
export async function endOf(
  launched: LaunchedProcess,
  { proxies }: FaultScene,
  status: number,
): Promise<string[]> {
  const exit = await Promise.race([launched.exited, delay(EXIT_MS, null, { ref: false })]);
  if (exit === null) return [`the provider still runs ${EXIT_MS} ms after Shutdown`];
  for (let wait = 0; wait < 50 && proxies.some(({ openSockets }) => openSockets > 0); wait += 1)
    await delay(20);
  const left = processesWith("TMPDIR", launched.temporaryDirectory);
  return [
    ...(exit.code === status
      ? []
      : [`the provider ended with ${exit.code ?? exit.signal}, where ${status} is right`]),
    ...(proxies.some(({ openSockets }) => openSockets > 0) ? ["a socket is open after the end"] : []),
    ...(left.length > 0 ? [`processes are left: ${left.join(", ")}`] : []),
  ];
}

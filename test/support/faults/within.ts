/** What takes far longer than it may is not waited for. */
import { setTimeout as delay } from "node:timers/promises";
import { SLACK_MS } from "./judge.ts";
import type { FaultScene } from "./scene.ts";

const FAR_MS = 20_000;

export async function within<T>({ boundMs }: FaultScene, work: Promise<T>): Promise<T> {
  const milliseconds = boundMs + SLACK_MS + FAR_MS;
  const late = Symbol("late");
  const done = await Promise.race([work, delay(milliseconds, late, { ref: false })]);
  if (typeof done === "symbol") throw new Error(`no answer within ${Math.round(milliseconds)} ms`);
  return done;
}

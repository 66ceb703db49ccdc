/** Ends a process with whoever started it, and with every signal that asks it to end. */
import { readFileSync } from "node:fs";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const INTERVAL_MS = 500;

/**
 * Calls `end` once, at the first signal, when the parent has died, or, below `npm run`, when npm has. The second signal
 * ends the process at once. From the call on no signal ends it without `end`.
 */
export function onEnd(end: () => void): void {
  let ending = false;
  const once = (): void => {
    if (ending) process.exit(0);
    ending = true;
    clearInterval(watch);
    end();
  };
  for (const signal of SIGNALS) process.on(signal, once);
  // A terminal that is closed takes no more output; that is no reason to leave anything behind.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const before = ancestors();
  const watch = setInterval(() => {
    if (ancestors().some((pid, index) => pid !== before[index])) once();
  }, INTERVAL_MS);
  watch.unref();
}

/** The parent, and npm above it: the bootstrap between them outlives an npm that is killed. */
function ancestors(): readonly number[] {
  const parent = process.ppid;
  if (process.env["npm_lifecycle_event"] === undefined) return [parent];
  return [parent, parentOf(parent)];
}

/** The parent of a process; 0 where the system does not tell. Source: Linux, proc_pid_stat(5). */
function parentOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is a name in brackets, which may hold anything.
    return Number(fields.slice(fields.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}

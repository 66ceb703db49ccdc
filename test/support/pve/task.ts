/** Work that Proxmox does in the background and reports on by its UPID. */
export interface Task {
  /** `UPID:NODE:PID:PSTART:STARTTIME:TYPE:ID:USER:`, numbers in hexadecimal. */
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  /** Seconds since 1970. */
  readonly starttime: number;
  /** For example `qmstart`. */
  readonly type: string;
  /** What it is about, most often a guest's number. */
  readonly id: string;
  /** The user or token that started it. */
  readonly caller: string;
  /** `OK`, or what went wrong. */
  readonly exitStatus: string;
  readonly log: readonly string[];
}

/** A task's work: writes its log, and throws a TaskError to end badly. */
export type TaskWork = (log: (line: string) => void) => void;

/** Why a task fails: its message is the task's exit status and the last line of its log. */
export class TaskError extends Error {}

const FIRST_PID = 0x1000;

/**
 * Runs a task to its end at once and files it, so that whoever polls finds it done.
 *
 * @returns Its UPID.
 */
export function runTask(
  tasks: Map<string, Task>,
  task: {
    readonly node: string;
    readonly type: string;
    readonly id: string;
    readonly caller: string;
    readonly now: Date;
  },
  work: TaskWork,
): string {
  const log: string[] = [];
  const exitStatus = statusOf(work, log);
  log.push(exitStatus === "OK" ? "TASK OK" : `TASK ERROR: ${exitStatus}`);
  const pid = FIRST_PID + tasks.size;
  const starttime = Math.floor(task.now.getTime() / 1000);
  const hex = (number: number): string => number.toString(16).toUpperCase().padStart(8, "0");
  const upid = `UPID:${task.node}:${hex(pid)}:${hex(pid)}:${hex(starttime)}:${task.type}:${task.id}:${task.caller}:`;
  const { node, type, id, caller } = task;
  tasks.set(upid, { upid, node, type, id, caller, pid, pstart: pid, starttime, exitStatus, log });
  return upid;
}

/** Line feeds within an error become spaces, one at its end goes. */
function statusOf(work: TaskWork, log: string[]): string {
  try {
    work((line) => log.push(line));
    return "OK";
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return error.message.replace(/\n$/, "").replaceAll("\n", " ");
  }
}

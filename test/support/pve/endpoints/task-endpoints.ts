import { type ApiMethod, type Call, toPathNode } from "../api.ts";
import type { JsonObject } from "../json.ts";
import { nodeParameter, requiredParameter, textParameter } from "../parameters.ts";
import { parameterError, permissionError } from "../proxmox-error.ts";
import { runTask, type Task, type TaskWork } from "../task.ts";

const place = { node: nodeParameter, upid: { type: "string" } } as const;
const number = { type: "integer", minimum: 0, optional: true } as const;

/** Status and log of tasks, for who started them and for auditors of the node. */
export const taskEndpoints: readonly ApiMethod[] = [
  {
    method: "GET",
    path: "/nodes/{node}/tasks/{upid}/status",
    parameters: place,
    permission: "all",
    protected: true,
    proxyTo: toPathNode,
    run: (call) => taskStatus(visibleTask(call)),
  },
  {
    method: "GET",
    path: "/nodes/{node}/tasks/{upid}/log",
    parameters: { ...place, start: number, limit: number },
    permission: "all",
    protected: true,
    proxyTo: toPathNode,
    run: (call) => {
      const start = Number(textParameter(call.parameters, "start") ?? 0);
      const limit = Number(textParameter(call.parameters, "limit") ?? 50);
      const lines = visibleTask(call).log.map((text, index) => ({ n: index + 1, t: text }));
      return lines.slice(start, limit === 0 ? undefined : start + limit);
    },
  },
];

/** Who makes a call that needs somebody. */
export function callerOf({ caller }: Call): string {
  if (caller === null) throw permissionError("user != null");
  return caller;
}

/** Runs a task on the call's node in its caller's name and returns the UPID. */
export function startTask(call: Call, type: string, id: string, work: TaskWork): string {
  const { cluster, node, now } = call;
  return runTask(cluster.tasks, { node, type, id, caller: callerOf(call), now }, work);
}

function visibleTask(call: Call): Task {
  const upid = requiredParameter(call.parameters, "upid");
  if (!/^UPID:([^:]*:){7}$/.test(upid)) throw parameterError({ upid: "unable to parse worker upid" });
  const task = call.cluster.tasks.get(upid);
  if (task === undefined) throw parameterError({ upid: "no such task" });
  const caller = callerOf(call);
  const own = caller === task.caller || caller === task.caller.split("!")[0];
  const node = requiredParameter(call.parameters, "node");
  if (!own && caller !== "root@pam" && !call.cluster.access.allows(caller, `/nodes/${node}`, "Sys.Audit")) {
    throw permissionError(`/nodes/${node}, Sys.Audit`);
  }
  return task;
}

function taskStatus(task: Task): JsonObject {
  const [user = "", token] = task.caller.split("!");
  return {
    upid: task.upid,
    node: task.node,
    pid: task.pid,
    pstart: task.pstart,
    starttime: task.starttime,
    type: task.type,
    id: task.id,
    user,
    ...(token === undefined ? {} : { tokenid: token }),
    status: "stopped",
    exitstatus: task.exitStatus,
  };
}

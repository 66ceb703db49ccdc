import { type ApiMethod, type Call, requireAny, toPathNode } from "../api.ts";
import type { Guest } from "../cluster.ts";
import { startGuest, stopGuest } from "../guest-start.ts";
import { guestStatistics } from "../guest-statistics.ts";
import type { JsonObject } from "../json.ts";
import { nodeParameter, vmidParameter } from "../parameters.ts";
import { ProxmoxError } from "../proxmox-error.ts";
import { assertQuorate } from "../quorum.ts";
import { TaskError } from "../task.ts";
import { guestOf } from "./guest-endpoints.ts";
import { startTask } from "./task-endpoints.ts";

const place = { node: nodeParameter, vmid: vmidParameter };
const flag = { type: "boolean", optional: true } as const;
const timeout = { type: "integer", minimum: 0, optional: true } as const;

/** What a machine's status can be changed to, with the type of the task that does it. */
const CHANGES: readonly (readonly [
  name: string,
  task: string,
  change: (call: Call, guest: Guest) => void,
])[] = [
  ["start", "qmstart", ({ cluster }, guest) => startGuest(cluster, guest)],
  ["stop", "qmstop", ({ cluster }, guest) => stopGuest(cluster, guest)],
  ["shutdown", "qmshutdown", ({ cluster }, guest) => stopGuest(cluster, guest)],
  [
    "reboot",
    "qmreboot",
    ({ cluster }, guest) => {
      stopGuest(cluster, guest);
      startGuest(cluster, guest);
    },
  ],
  ["reset", "qmreset", (_, guest) => assertRunning(guest)],
];

/** Status of virtual machines, the ways to change it, and the guest agent of those that have one. */
export const guestStatusEndpoints: readonly ApiMethod[] = [
  {
    method: "GET",
    path: "/nodes/{node}/qemu",
    parameters: { node: nodeParameter, full: flag },
    permission: "all",
    protected: true,
    proxyTo: toPathNode,
    run: listGuests,
  },
  {
    method: "GET",
    path: "/nodes/{node}/qemu/{vmid}/status/current",
    parameters: place,
    permission: requireAny("/vms/{vmid}", ["VM.Audit"]),
    protected: true,
    proxyTo: toPathNode,
    run: (call) => ({ ...guestStatistics(guestOf(call, "qemu")), ha: { managed: 0 } }),
  },
  ...CHANGES.map(
    ([name, task, change]): ApiMethod => ({
      method: "POST",
      path: `/nodes/{node}/qemu/{vmid}/status/${name}`,
      parameters: {
        ...place,
        skiplock: flag,
        timeout,
        forceStop: flag,
        keepActive: flag,
        "overrule-shutdown": flag,
      },
      permission: requireAny("/vms/{vmid}", ["VM.PowerMgmt"]),
      protected: true,
      proxyTo: toPathNode,
      run: (call) => {
        if (name === "start") assertQuorate(call.cluster);
        const guest = guestOf(call, "qemu");
        return startTask(call, task, String(guest.vmid), () => change(call, guest));
      },
    }),
  ),
  ...["ping", "network-get-interfaces"].map(
    (command): ApiMethod => ({
      method: command === "ping" ? "POST" : "GET",
      path: `/nodes/{node}/qemu/{vmid}/agent/${command}`,
      parameters: place,
      permission: requireAny("/vms/{vmid}", [
        "VM.Monitor",
        "VM.GuestAgent.Audit",
        "VM.GuestAgent.Unrestricted",
      ]),
      protected: true,
      proxyTo: toPathNode,
      run: (call) => {
        const guest = guestOf(call, "qemu");
        assertAgent(guest);
        return { result: command === "ping" ? {} : networkInterfaces(guest) };
      },
    }),
  ),
];

function assertAgent(guest: Guest): void {
  const enabled = /(^|enabled=)1/.test(String(guest.config.get("agent") ?? ""));
  if (!enabled) throw new ProxmoxError(500, "No QEMU guest agent configured\n");
  if (!guest.running) throw new ProxmoxError(500, `VM ${guest.vmid} is not running\n`);
}

/** What an agent says of its guest: every network device has an address that looks like a private one. */
function networkInterfaces(guest: Guest): JsonObject[] {
  const devices = [...guest.config].filter(([key]) => /^net\d+$/.test(key));
  return devices.map(([key, value]) => ({
    name: key.replace("net", "eth"),
    "hardware-address": /([0-9A-F]{2}(:[0-9A-F]{2}){5})/.exec(String(value))?.[1]?.toLowerCase() ?? "",
    "ip-addresses": [{ "ip-address": `10.0.0.${guest.vmid % 254}`, "ip-address-type": "ipv4", prefix: 24 }],
  }));
}

function assertRunning(guest: Guest): void {
  if (!guest.running) throw new TaskError(`VM ${guest.vmid} not running\n`);
}

function listGuests({ cluster, caller, node, random }: Call): JsonObject[] {
  const visible = [...cluster.guests.values()].filter(
    (guest) =>
      guest.type === "qemu" &&
      guest.node === node &&
      caller !== null &&
      cluster.access.allows(caller, `/vms/${guest.vmid}`, "VM.Audit"),
  );
  return random.shuffle(visible).map(guestStatistics);
}

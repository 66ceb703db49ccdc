/** Asks one node for mediated device types, and explains why there are none. */
import { DiagnosticError, type Diagnostics, errorDiagnostic } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import type { PciDevice } from "../../../pci/device.ts";
import type { Host } from "../../../pci/host.ts";
import type { ProxmoxClient } from "../../../proxmox/client.ts";
import { describeDevice, MAX_NEAR_MISSES } from "../../device-line.ts";
import { readInventory } from "../../inventory.ts";
import { itemised } from "../../wording.ts";

export interface Question {
  readonly client: ProxmoxClient;
  readonly node: string;
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
}

/** The node with its devices. @throws ProxmoxError, or DiagnosticError when it does not answer. */
export async function readNode({ client, node, signal }: Question): Promise<Host> {
  const { hosts, leftOut } = await readInventory(client, [node], signal);
  const [host] = hosts;
  if (host !== undefined) return host;
  const [missing] = leftOut;
  if (missing?.error != null) throw missing.error;
  throw new DiagnosticError(
    errorDiagnostic(
      "Node Cannot Be Read",
      `${node} was not read: ${missing?.account ?? "it is gone"}. Bring it back, or leave this data source out until then.`,
      path("node"),
    ),
  );
}

/** Warns that no device offers mediated devices. There is no warning if one does: then all that it offers is in use. */
export function warnOfNothingOffered(
  devices: readonly PciDevice[],
  host: Host,
  argument: "path" | "mapping",
  diagnostics: Diagnostics,
): void {
  if (devices.some((device) => device.mdev)) return;
  const offering = host.devices.filter((device) => device.mdev).map(describeDevice);
  diagnostics.warning(
    "No Mediated Devices",
    `types is empty, since no mediated devices are offered by:${itemised(devices.map(describeDevice))}\n` +
      (offering.length === 0
        ? `No device of ${host.node} offers any: their driver has to be loaded on the host.`
        : `On ${host.node} they are offered by:${itemised(offering, MAX_NEAR_MISSES)}`),
    path(argument),
  );
}

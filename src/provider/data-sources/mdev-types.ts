/** `gpuhost_mdev_types`: the mediated devices, such as vGPUs, that a device can make. */
import type { ArgumentsOf, ResultsOf } from "../../framework/attribute.ts";
import type { ReadContext } from "../../framework/data-source.ts";
import { DiagnosticError, errorDiagnostic } from "../../framework/diagnostics.ts";
import { path } from "../../framework/path.ts";
import type { ProxmoxClient } from "../../proxmox/client.ts";
import { clusterMembers, listRequest, strangerDiagnostic } from "../inventory.ts";
import { explained } from "../proxmox-diagnostic.ts";
import { typesOfDevice } from "./mdev-types/by-address.ts";
import { typesOfMapping } from "./mdev-types/by-mapping.ts";
import type { attributes } from "./mdev-types/schema.ts";

/** @throws DiagnosticError for everything that can go wrong. */
export function readMdevTypes(
  args: ArgumentsOf<typeof attributes>,
  context: ReadContext<ProxmoxClient>,
): Promise<ResultsOf<typeof attributes>> {
  return explained("Unable to Read Mediated Device Types", () => read(args, context));
}

async function read(
  { node, path: address, mapping }: ArgumentsOf<typeof attributes>,
  { instance: client, diagnostics, signal }: ReadContext<ProxmoxClient>,
): Promise<ResultsOf<typeof attributes>> {
  await requireNode(client, node, signal);
  const question = { client, node, diagnostics, signal };
  const types =
    mapping === null ? await typesOfDevice(question, address ?? "") : await typesOfMapping(question, mapping);
  return { types: types.toSorted((a, b) => (a.type < b.type ? -1 : 1)) };
}

/** A node that is no member, or that is offline, need not be asked. */
async function requireNode(client: ProxmoxClient, node: string, signal: AbortSignal): Promise<void> {
  const members = await clusterMembers(client, signal);
  const member = members.find(({ name }) => name === node);
  if (member === undefined) {
    const names = members.map(({ name }) => name);
    throw new DiagnosticError(strangerDiagnostic(node, names, client, path("node")));
  }
  if (member.status === "offline") {
    throw new DiagnosticError(
      errorDiagnostic(
        "Node Cannot Be Read",
        `The cluster reports ${node} as offline (${listRequest(client)}), and nobody else knows what its devices offer. ` +
          "Bring it back, or leave this data source out until then.",
        path("node"),
      ),
    );
  }
}

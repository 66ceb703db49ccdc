/** The mediated device types of the devices that a PCI mapping has on a node. */
import { DiagnosticError, errorDiagnostic } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import { type Address, isFunctionAddress } from "../../../pci/address.ts";
import type { Host } from "../../../pci/host.ts";
import { deviceAt } from "../../../pci/mapping-check.ts";
import type { MappingLine } from "../../../pci/mapping-line.ts";
import { ProxmoxError } from "../../../proxmox/errors.ts";
import type { MdevType } from "../../../proxmox/responses.ts";
import { noSuchMapping, readMappings } from "../../mapping-list.ts";
import { enumerated } from "../../wording.ts";
import { longDomain, typesAt } from "./by-address.ts";
import { type Question, readNode, warnOfNothingOffered } from "./question.ts";

/**
 * Asks for the types of a mapping, or of its devices one by one where Proxmox is older than 8.3 and takes no mappings
 * in this question. It answers an empty list also for a mapping that is not there.
 * @throws DiagnosticError where there is no such mapping, or it has no line for the node.
 */
export async function typesOfMapping(question: Question, name: string): Promise<readonly MdevType[]> {
  const types = await typesByName(question, name);
  if (types !== null && types.length > 0) return types;
  const lines = await linesOf(question, name);
  const found = types ?? (await typesByLine(question, lines));
  if (found.length === 0) warnOfNothing(question, lines, await readNode(question));
  return found;
}

function warnOfNothing({ diagnostics }: Question, lines: readonly MappingLine[], host: Host): void {
  const paths = lines.flatMap((line) => line.path.split(";"));
  const devices = paths.map((at) => deviceAt(host, at)).filter((device) => device !== undefined);
  if (devices.length > 0) {
    warnOfNothingOffered(devices, host, "mapping", diagnostics);
    return;
  }
  diagnostics.warning(
    "No Mediated Devices",
    `types is empty, since ${host.node} has nothing at ${enumerated(paths)}, where the mapping expects a device. The data ` +
      "source gpuhost_pci_mappings tells how its lines should read.",
    path("mapping"),
  );
}

/** What Proxmox itself says of the mapping; null where it takes only addresses. */
async function typesByName(
  { client, node, signal }: Question,
  name: string,
): Promise<readonly MdevType[] | null> {
  try {
    return await client.mdevTypes(node, name, signal);
  } catch (error) {
    if (error instanceof ProxmoxError && error.code === "bad-request") return null;
    throw error;
  }
}

async function linesOf({ client, node, signal }: Question, name: string): Promise<readonly MappingLine[]> {
  const mappings = await readMappings(client, signal);
  const mapping = mappings.find(({ id }) => id === name);
  if (mapping === undefined) {
    const names = mappings.map(({ id }) => id).sort();
    throw new DiagnosticError(
      errorDiagnostic("PCI Mapping Not Found", noSuchMapping(name, names), path("mapping")),
    );
  }
  const lines = mapping.lines.filter((line) => line.node === node);
  if (lines.length > 0) return lines;
  const others = [...new Set(mapping.lines.map((line) => line.node))].sort();
  throw new DiagnosticError(
    errorDiagnostic(
      "PCI Mapping Has No Line for the Node",
      `The mapping "${name}" has no line for ${node}` +
        (others.length === 0 ? ", nor for any other node." : `; it has lines for ${enumerated(others)}.`),
      path("node"),
    ),
  );
}

/**
 * The types of all devices of the lines, each as the first device that offers it has it, as Proxmox itself does it.
 * A line of several devices cannot have mediated devices.
 * Source: pve-manager `PVE/API2/Hardware/PCI.pm`, mdevscan.
 */
async function typesByLine(question: Question, lines: readonly MappingLine[]): Promise<readonly MdevType[]> {
  const types = new Map<string, MdevType>();
  for (const { addresses } of lines) {
    const [address, ...others] = addresses;
    if (address === undefined || others.length > 0 || !isFunctionAddress(address)) continue;
    for (const type of await typesOrRefusal(question, address)) {
      if (!types.has(type.type)) types.set(type.type, type);
    }
  }
  return [...types.values()];
}

async function typesOrRefusal(question: Question, address: Address): Promise<readonly MdevType[]> {
  const types = await typesAt(question, address);
  if (types !== null) return types;
  throw longDomain(question.node, address, path("mapping"));
}

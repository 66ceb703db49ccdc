/** The mediated device types of the devices that a PCI mapping has on a node. */
import { DiagnosticError, type Diagnostics, errorDiagnostic } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import { type Address, formatAddress, isFunctionAddress } from "../../../pci/address.ts";
import type { Host } from "../../../pci/host.ts";
import { deviceAt } from "../../../pci/mapping-check.ts";
import type { MappingLine } from "../../../pci/mapping-line.ts";
import type { MdevType } from "../../../proxmox/answers/responses.ts";
import { ProxmoxError } from "../../../proxmox/errors.ts";
import { noSuchMapping, type ReadMapping, requireMappings } from "../../mapping-list.ts";
import { enumerated } from "../../wording.ts";
import { longDomain, typesAt } from "./by-address.ts";
import { type Question, readNode, warnOfNothingOffered } from "./question.ts";

/**
 * Asks for the types of all devices that a mapping has on the node, and adds up how many of each are left. Proxmox
 * itself also answers for a mapping (from 8.3 on), but counts only the first device that offers a type.
 * @throws DiagnosticError when there is no such mapping, or it has no line for the node.
 */
export async function typesOfMapping(question: Question, name: string): Promise<readonly MdevType[]> {
  const mappings = await requireMappings(question.client, question.signal);
  const mapping = mappings.find((one) => one.name === name);
  if (mapping === undefined) return typesOfHidden(question, name, mappings);
  const lines = linesOf(mapping, question.node);
  const found = await typesOfLines(question, name, lines);
  if (found.length === 0) warnOfNothing(question, lines, await readNode(question));
  return found;
}

/**
 * What Proxmox answers for a mapping whose lines may not be seen. For a mapping that does not exist it answers an empty
 * list.
 */
async function typesOfHidden(
  question: Question,
  name: string,
  mappings: readonly ReadMapping[],
): Promise<readonly MdevType[]> {
  const types = await typesByName(question, name);
  if (types === null || types.length === 0) {
    const names = mappings.map(({ name }) => name).sort();
    throw new DiagnosticError(
      errorDiagnostic("PCI Mapping Not Found", noSuchMapping(name, names, question.client), path("mapping")),
    );
  }
  warnOfFirstAlone(
    `Its lines are hidden, since Mapping.Audit on /mapping/pci/${name} is missing: grant it to the token and its user.`,
    name,
    question.diagnostics,
  );
  return types;
}

function warnOfFirstAlone(why: string, name: string, diagnostics: Diagnostics): void {
  diagnostics.warning(
    "Mapping Counted in Part",
    `Of the mapping "${name}" Proxmox itself tells the types of the first device that offers them, and available is what ` +
      `that one has left. ${why}`,
    path("mapping"),
  );
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

/** Proxmox's own answer for the mapping; null when Proxmox accepts only addresses. */
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

function linesOf(mapping: ReadMapping, node: string): readonly MappingLine[] {
  const lines = mapping.lines.filter((line) => line.node === node);
  if (lines.length > 0) return lines;
  const others = [...new Set(mapping.lines.map((line) => line.node))].sort();
  throw new DiagnosticError(
    errorDiagnostic(
      "PCI Mapping Has No Line for the Node",
      `The mapping "${mapping.name}" has no line for ${node}` +
        (others.length === 0 ? ", nor for any other node." : `; it has lines for ${enumerated(others)}.`),
      path("node"),
    ),
  );
}

/**
 * The types of all devices of the lines, each device once: as the first device with the type describes it, and with the
 * sum of what is left. A line with several devices cannot have mediated devices. Source: pve-manager
 * `PVE/API2/Hardware/PCI.pm`, mdevscan.
 */
async function typesOfLines(
  question: Question,
  name: string,
  lines: readonly MappingLine[],
): Promise<readonly MdevType[]> {
  const devices = new Map<string, Address>();
  for (const { addresses } of lines) {
    const [address, ...others] = addresses;
    if (address === undefined || others.length > 0 || !isFunctionAddress(address)) continue;
    devices.set(formatAddress(address), address);
  }
  const answers = await Promise.all(devices.values().map((address) => typesAt(question, address)));
  const refused = [...devices.values()].find((_, index) => answers[index] === null);
  if (refused !== undefined) return typesOfFarDevices(question, name, devices.size, refused);
  const types = new Map<string, MdevType>();
  for (const type of answers.flatMap((answer) => answer ?? [])) {
    const known = types.get(type.type);
    types.set(
      type.type,
      known === undefined ? type : { ...known, available: known.available + type.available },
    );
  }
  return [...types.values()];
}

/** When Proxmox refuses an address, it may still answer for the mapping. */
async function typesOfFarDevices(
  question: Question,
  name: string,
  count: number,
  refused: Address,
): Promise<readonly MdevType[]> {
  const types = await typesByName(question, name);
  if (types === null) throw longDomain(question.node, refused, path("mapping"));
  if (count > 1 && types.length > 0) {
    const why = `By address it does not tell those of ${formatAddress(refused)}, whose domain has more than four digits.`;
    warnOfFirstAlone(why, name, question.diagnostics);
  }
  return types;
}

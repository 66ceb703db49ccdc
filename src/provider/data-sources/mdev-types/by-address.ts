/** The mediated device types of the device at an address. */
import { DiagnosticError, errorDiagnostic } from "../../../framework/diagnostics.ts";
import { type Path, path } from "../../../framework/path.ts";
import { type Address, formatAddress, parseFunctionAddress } from "../../../pci/address.ts";
import type { PciDevice } from "../../../pci/device.ts";
import type { Host } from "../../../pci/host.ts";
import { deviceAt } from "../../../pci/mapping-check.ts";
import type { MdevType } from "../../../proxmox/answers/responses.ts";
import { ProxmoxError } from "../../../proxmox/errors.ts";
import { nothingAt } from "../../device-line.ts";
import { type Question, readNode, warnOfNothingOffered } from "./question.ts";

/** The highest domain that Proxmox accepts in the address of a device with mediated devices. */
const MAX_DOMAIN = 0xffff;

/**
 * Asks for the types of a device. Proxmox also answers an empty list for an address without a device, so the list of
 * the node's devices has to tell the difference.
 * @throws DiagnosticError when there is no device, or Proxmox cannot be asked by address.
 */
export async function typesOfDevice(question: Question, written: string): Promise<readonly MdevType[]> {
  const address = parseFunctionAddress(written);
  const types = await typesAt(question, address);
  if (types !== null && types.length > 0) return types;
  const host = await readNode(question);
  const device = existing(host, address, written);
  if (types === null) throw longDomain(question.node, address, path("path"));
  warnOfNothingOffered([device], host, "path", question.diagnostics);
  return types;
}

/** The types at an address; null when Proxmox refuses the address because of its domain. */
export async function typesAt(
  { client, node, signal }: Question,
  address: Address,
): Promise<readonly MdevType[] | null> {
  try {
    return await client.mdevTypes(node, formatAddress(address), signal);
  } catch (error) {
    const refused = error instanceof ProxmoxError && error.code === "bad-request";
    if (refused && address.domain > MAX_DOMAIN) return null;
    throw error;
  }
}

/** The error for a device that cannot be asked for its types by address. */
export function longDomain(node: string, address: Address, at: Path): DiagnosticError {
  return new DiagnosticError(
    errorDiagnostic(
      "Domain Too Long for Proxmox",
      `Proxmox VE does not tell the mediated device types of ${formatAddress(address)} on ${node}: in this question it ` +
        "takes domains of four digits only. From Proxmox VE 8.3 on it tells them by the name of a PCI mapping: map the " +
        "device, and set mapping in place of path.",
      at,
    ),
  );
}

function existing(host: Host, address: Address, written: string): PciDevice {
  const device = deviceAt(host, formatAddress(address));
  if (device !== undefined) return device;
  const selector = { text: written, node: host.node, address };
  throw new DiagnosticError(
    errorDiagnostic("PCI Device Not Found", nothingAt(selector, [host]), path("path")),
  );
}

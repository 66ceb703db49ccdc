/** The cluster's PCI mappings, with their lines parsed. */
import { DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import { nearestNames } from "../framework/nearest-names.ts";
import { type MappingLine, parseMappingLines } from "../pci/mapping-line.ts";
import type { NodeMapping } from "../pci/settlement.ts";
import type { ProxmoxClient } from "../proxmox/client.ts";
import { ProxmoxError } from "../proxmox/errors.ts";
import { enumerated } from "./wording.ts";

export interface ReadMapping {
  readonly name: string;
  readonly description: string | null;
  readonly mediatedDevices: boolean;
  readonly liveMigration: boolean;
  readonly lines: readonly MappingLine[];
}

/** All mappings that may be seen; null when this Proxmox has no mappings yet. @throws ProxmoxError */
export async function readMappings(
  client: ProxmoxClient,
  signal: AbortSignal,
): Promise<readonly ReadMapping[] | null> {
  try {
    return await askForMappings(client, signal);
  } catch (error) {
    if (isTooOld(error)) return null;
    throw error;
  }
}

/**
 * The same, for callers that need mappings.
 * @throws DiagnosticError when Proxmox has no mappings yet, and ProxmoxError.
 */
export async function requireMappings(
  client: ProxmoxClient,
  signal: AbortSignal,
): Promise<readonly ReadMapping[]> {
  try {
    return await askForMappings(client, signal);
  } catch (error) {
    if (!isTooOld(error)) throw error;
    throw new DiagnosticError(
      errorDiagnostic(
        "Proxmox VE Has No PCI Mappings",
        `PCI mappings exist from Proxmox VE 8 on, and this one is older: it answered "${error.reason ?? ""}" (${error.tried}). ` +
          "Upgrade it, or do without mappings.",
      ),
      { cause: error },
    );
  }
}

function isTooOld(error: unknown): error is ProxmoxError {
  return error instanceof ProxmoxError && error.code === "not-implemented";
}

async function askForMappings(client: ProxmoxClient, signal: AbortSignal): Promise<readonly ReadMapping[]> {
  const mappings = await client.pciMappings(signal);
  return mappings.map(({ id, description, mediatedDevices, liveMigrationCapable, map }) => ({
    name: id,
    description,
    mediatedDevices,
    liveMigration: liveMigrationCapable,
    lines: parseMappingLines(map),
  }));
}

/** The lines of all mappings for one node, to be settled together. */
export function nodeMappings(mappings: readonly ReadMapping[], node: string): readonly NodeMapping[] {
  return mappings.map(({ name, mediatedDevices, lines }) => ({
    name,
    mediatedDevices,
    lines: lines.filter((line) => line.node === node),
  }));
}

/** Says that a mapping does not exist, or may not be seen, and which one may be meant. */
export function noSuchMapping(name: string, existing: readonly string[], client: ProxmoxClient): string {
  const near = nearestNames(name, existing);
  return (
    `There is no mapping "${name}" (${client.requestText("/cluster/mapping/pci")}), or it is hidden because Mapping.Audit on /mapping/pci/${name} is missing.` +
    (near.length === 0 ? "" : ` Is ${enumerated(near, "or")} meant?`)
  );
}

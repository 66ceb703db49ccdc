/** The mappings whose names must stay when units are named by model, and the warnings where they cannot. */
import type { Diagnostics } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import {
  type ExistingMapping,
  type LostName,
  type MovedName,
  placeOfLine,
  placeOfUnit,
} from "../../../pci/model-name.ts";
import type { ProxmoxClient } from "../../../proxmox/client.ts";
import { permissionsOverMappings, seesAllMappings } from "../../hidden-mappings.ts";
import type { Manner } from "../../manner.ts";
import { readMappings } from "../../mapping-list.ts";
import { itemised } from "../../wording.ts";

export interface ExistingNames {
  readonly mappings: readonly ExistingMapping[];
  /** Whether Proxmox may leave mappings out of its answer. */
  readonly mayBeHidden: boolean;
}

/** Reads all mappings that may be seen; Proxmox before version 8 has none. @throws ProxmoxError */
export async function readExistingNames(client: ProxmoxClient, signal: AbortSignal): Promise<ExistingNames> {
  const [mappings, permissions] = await Promise.all([
    readMappings(client, signal),
    permissionsOverMappings(client, signal),
  ]);
  if (mappings === null) return { mappings: [], mayBeHidden: false };
  return {
    mappings: mappings.map(({ name, lines }) => ({ id: name, lines })),
    mayBeHidden: !seesAllMappings(permissions),
  };
}

/** Warns that a name may be given twice. */
export function warnOfHiddenNames(
  { mayBeHidden }: ExistingNames,
  diagnostics: Diagnostics,
  { setting }: Manner,
): void {
  if (!mayBeHidden) return;
  diagnostics.warning(
    "PCI Mappings May Be Hidden",
    `With ${setting("mapping_names", "model")} units keep the names that mappings bear, and Proxmox says nothing of mappings for ` +
      "which Mapping.Audit is missing; here it is not granted on /mapping/pci and all below. A card that is lost or " +
      "moves may then pass its name to another, and the guests that name the mapping get that one. Grant it there to " +
      'the token and its user; the role PVEAuditor on "/" covers it.',
    path("mapping_names"),
  );
}

/** Warns of mappings that will change to another address or another board. */
export function warnOfMovedNames(moved: readonly MovedName[], diagnostics: Diagnostics): void {
  if (moved.length === 0) return;
  const lines = moved.map(
    ({ name, unit, line }) => `${name}: on ${unit.node} from ${placeOfLine(line)} to ${placeOfUnit(unit)}`,
  );
  diagnostics.warning(
    "Mapping Names Move",
    `These mappings stand for another address or another board than they say now:${itemised(lines)}\nNames follow their ` +
      "cards in address order, and cards that have moved look like cards that were exchanged. Before you apply, compare " +
      "serial numbers: the guests that name these mappings get what is there.",
    path("mapping_names"),
  );
}

/** Warns of mappings whose unit cannot be told from others of the same model. */
export function warnOfLostNames(
  lost: readonly LostName[],
  diagnostics: Diagnostics,
  { configures }: Manner,
): void {
  if (lost.length === 0) return;
  const lines = lost.map(
    ({ name, line, units }) =>
      `${name}: on ${line.node} it says ${placeOfLine(line)}; of this model there ${units.length === 1 ? "is" : "are"} ` +
      units.map(placeOfUnit).join(", "),
  );
  diagnostics.warning(
    "Mapping Names Find No Device",
    `These mappings have no unit any more, though there are units of their model:${itemised(lines)}\nEither their card is ` +
      `gone${configures ? ", and with for_each the mapping is planned for destruction" : ""}; or cards alike have moved, and other mappings may ` +
      "now stand for them. Before you apply, compare serial numbers.",
    path("mapping_names"),
  );
}

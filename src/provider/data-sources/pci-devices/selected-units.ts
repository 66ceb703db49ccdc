/** The units of the selected functions, with the names of their mappings. */
import { DiagnosticError, errorDiagnostic } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import { makesUnit } from "../../../pci/class.ts";
import type { PciDevice } from "../../../pci/device.ts";
import type { Host } from "../../../pci/host.ts";
import type { NamedUnit } from "../../../pci/mapping.ts";
import { addressMappingName } from "../../../pci/mapping-name.ts";
import {
  type ExistingMapping,
  type LostName,
  type ModelNames,
  type MovedName,
  nameByModel,
} from "../../../pci/model-name.ts";
import { type Unit, unitsOf } from "../../../pci/unit.ts";
import type { Manner } from "../../manner.ts";
import { enumerated, itemised } from "../../wording.ts";

/** How units are named. */
export interface UnitNaming {
  readonly prefix: string;
  /** The existing mappings, which names by model have to agree with; null for names by address. */
  readonly existing: readonly ExistingMapping[] | null;
}

export interface SelectedUnits {
  readonly units: readonly NamedUnit[];
  /** Names of these units that now mean another place than their mapping says. */
  readonly moved: readonly MovedName[];
  /** Names of their models for which no unit is left. */
  readonly lost: readonly LostName[];
}

/**
 * Names all units of every host, because names by model count them. Returns those with a selected display or
 * accelerator.
 * @throws DiagnosticError when two of them would get the same name.
 */
export function selectUnits(
  hosts: readonly Host[],
  devices: readonly PciDevice[],
  naming: UnitNaming,
  manner: Manner,
): SelectedUnits {
  const selected = new Set(devices);
  const isSelected = ({ functions }: Unit): boolean =>
    functions.some((device) => makesUnit(device) && selected.has(device));
  const perHost = hosts.map((host) => {
    const all = unitsOf(host);
    const { names, moved, lost } = namesOf(all, naming);
    return {
      units: all
        .map((unit, index) => ({ ...unit, mappingName: names[index] ?? "" }))
        .filter((unit) => isSelected(unit)),
      moved: moved.filter(({ unit }) => isSelected(unit)),
      lost: lost.filter(({ units }) => units.some(isSelected)),
    };
  });
  const units = perHost.flatMap((one) => one.units);
  refuseClashes(units, manner);
  return {
    units,
    moved: perHost.flatMap(({ moved }) => moved),
    lost: perHost.flatMap(({ lost }) => lost),
  };
}

function namesOf(units: readonly Unit[], { prefix, existing }: UnitNaming): ModelNames {
  if (existing !== null) return nameByModel(units, prefix, existing);
  const names = units.map((unit) => addressMappingName(prefix, unit.node, unit.main.address));
  return { names, moved: [], lost: [] };
}

function refuseClashes(units: readonly NamedUnit[], { argument, configures }: Manner): void {
  const byName = Map.groupBy(units, (unit) => unit.mappingName);
  const clashes = [...byName].filter(([, bearers]) => bearers.length > 1);
  if (clashes.length === 0) return;
  const lines = clashes.map(
    ([name, bearers]) => `${name}: ${enumerated(bearers.map((unit) => `${unit.node} ${unit.main.path}`))}`,
  );
  throw new DiagnosticError(
    errorDiagnostic(
      "Mapping Names Clash",
      `Every unit needs a name of its own, and these would share one:${itemised(lines)}\nRead their nodes ` +
        `${configures ? "with two data sources that have" : "one after the other, with"} different ${argument("nodes")} and a different ${argument("mapping_prefix")}.`,
      path("mapping_prefix"),
    ),
  );
}

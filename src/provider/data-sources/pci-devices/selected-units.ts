/** The units around the selected functions, under the names that their mappings have. */
import { DiagnosticError, errorDiagnostic } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import { makesUnit } from "../../../pci/class.ts";
import type { PciDevice } from "../../../pci/device.ts";
import type { Host } from "../../../pci/host.ts";
import type { NamedUnit } from "../../../pci/mapping.ts";
import { type MappingNaming, nameUnits } from "../../../pci/mapping-name.ts";
import { unitsOf } from "../../../pci/unit.ts";
import { enumerated, itemised } from "../../wording.ts";

/**
 * Names the units of every host, all of them since a model counts its units, and keeps those with a selected display
 * or accelerator.
 * @throws DiagnosticError where two of them would bear one name.
 */
export function selectUnits(
  hosts: readonly Host[],
  devices: readonly PciDevice[],
  naming: MappingNaming,
  prefix: string,
): readonly NamedUnit[] {
  const selected = new Set(devices);
  const units = hosts.flatMap((host) => {
    const all = unitsOf(host);
    const names = nameUnits(all, naming, prefix);
    return all
      .map((unit, index) => ({ ...unit, mappingName: names[index] ?? "" }))
      .filter((unit) => unit.functions.some((device) => makesUnit(device) && selected.has(device)));
  });
  refuseClashes(units);
  return units;
}

function refuseClashes(units: readonly NamedUnit[]): void {
  const byName = Map.groupBy(units, (unit) => unit.mappingName);
  const clashes = [...byName].filter(([, bearers]) => bearers.length > 1);
  if (clashes.length === 0) return;
  const lines = clashes.map(
    ([name, bearers]) => `${name}: ${enumerated(bearers.map((unit) => `${unit.node} ${unit.main.path}`))}`,
  );
  throw new DiagnosticError(
    errorDiagnostic(
      "Mapping Names Clash",
      `Every unit needs a name of its own, and these would share one:${itemised(lines)}\nRead their nodes with two data ` +
        "sources that have different nodes and a different mapping_prefix.",
      path("mapping_prefix"),
    ),
  );
}

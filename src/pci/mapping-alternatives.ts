/** Lines of one mapping for several functions of one card. They are meant as one, but Proxmox chooses between them. */
import type { PciDevice } from "./device.ts";
import type { Host } from "./host.ts";
import type { MappingLine } from "./mapping-line.ts";
import type { Settlement } from "./settlement.ts";
import { type Unit, unitsOf } from "./unit.ts";

export interface Alternatives {
  readonly unit: Unit;
  /** The functions of the unit that have a line each, ordered by address. */
  readonly functions: readonly PciDevice[];
}

/**
 * The units that have lines for different functions. A guest gets the function of one line, and the next guest is
 * offered the others.
 * @param lines of one mapping for the host.
 */
export function alternativesOf(
  host: Host,
  lines: readonly MappingLine[],
  settlement: Settlement,
): readonly Alternatives[] {
  if (lines.length < 2) return [];
  const named = lines.map(
    (line) =>
      new Set(
        settlement
          .decisionsOf(line)
          .flatMap(({ decision }) => ("device" in decision ? [decision.device] : [])),
      ),
  );
  return unitsOf(host).flatMap((unit) => {
    const perLine = named.map((devices) => unit.functions.filter((device) => devices.has(device)));
    const functions = unit.functions.filter((device) => perLine.some((some) => some.includes(device)));
    const isChoice = perLine.some((some) => some.length > 0 && some.length < functions.length);
    return isChoice ? [{ unit, functions }] : [];
  });
}

/** Lines of one mapping for two functions of one card: meant as one, they are a choice for Proxmox. */
import type { PciDevice } from "./device.ts";
import type { Host } from "./host.ts";
import type { MappingLine } from "./mapping-line.ts";
import type { Settlement } from "./settlement.ts";
import { type Unit, unitsOf } from "./unit.ts";

export interface Alternatives {
  readonly unit: Unit;
  /** The functions of the unit that have a line each, in numerical order. */
  readonly functions: readonly PciDevice[];
}

/**
 * The units of which several lines name different functions. A guest gets what one line names, and the next guest is
 * offered the rest.
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

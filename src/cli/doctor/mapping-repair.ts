/** How a mapping that does not fit the hardware is mended. A command is given only if the mapping fits after it. */
import type { PciMappingsReading } from "../../provider/data-sources/pci-mappings.ts";
import type { ReadMapping } from "../../provider/mapping-list.ts";
import { enumerated } from "../../provider/wording.ts";
import { misfits } from "../mapping-fit.ts";
import { deletingCommand, mappingCommand } from "./mapping-lines.ts";

/** null when nothing is certain. */
export function repairOf(
  { name, mediatedDevices, lines: written }: ReadMapping,
  reading: Pick<PciMappingsReading, "result" | "known">,
): string | null {
  const found = reading.result.mappings.get(name);
  if (found === undefined) return null;
  // Of a node that was not read, nobody knows whether it still has the devices.
  if (written.every(({ node }) => found.nodes.get(node)?.suggestion?.length === 0)) {
    return (
      "If its devices do not come back, delete it, and give guests that name it another:\n" +
      deletingCommand(name)
    );
  }
  const lines = found.repaired ?? found.entries;
  const kept = misfits(name, lines, mediatedDevices, reading);
  // On a node that was not read, the other flag may be wrong.
  const mayTurn = written.every(({ node }) => reading.known.has(node));
  const turned = mayTurn ? misfits(name, lines, !mediatedDevices, reading) : kept;
  const turns = turned.length < kept.length && turned.every((node) => kept.includes(node));
  const after = turns ? turned : kept;
  const before = misfits(name, found.entries, mediatedDevices, reading);
  const mended = before.filter((node) => !after.includes(node));
  if (mended.length === 0) return null;
  const limit = after.length === 0 ? "" : `This mends ${enumerated(mended)} alone:\n`;
  return limit + mappingCommand(name, lines, turns ? !mediatedDevices : null);
}

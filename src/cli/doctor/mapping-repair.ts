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
  const nodes = [...found.nodes.values()].filter(({ status }) => status !== "no_entry");
  const flag = flagFor(nodes);
  const lines = found.repaired ?? found.entries;
  const after = misfits(name, lines, flag ?? mediatedDevices, reading);
  const mended = misfits(name, found.entries, mediatedDevices, reading).filter(
    (node) => !after.includes(node),
  );
  if (mended.length === 0) return null;
  const limit = after.length === 0 ? "" : `This mends ${enumerated(mended)} alone:\n`;
  return limit + mappingCommand(name, lines, flag);
}

interface NodeResult {
  readonly problems: readonly { readonly message: string }[];
}

/** What the flag for mediated devices has to be; null where the devices of the nodes need different values. */
function flagFor(nodes: readonly NodeResult[]): boolean | null {
  const wanted = nodes.map(({ problems }) => {
    const advice = problems.map(({ message }) => /set mediated_devices to (true|false)/.exec(message)?.[1]);
    return advice.find((one) => one !== undefined);
  });
  const [first] = wanted;
  return first !== undefined && wanted.every((one) => one === first) ? first === "true" : null;
}

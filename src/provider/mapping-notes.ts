/** What this provider adds to Proxmox's message about a line that does not fit: where its devices may be now. */
import { formatAddress, slotOf } from "../pci/address.ts";
import type { PciDevice } from "../pci/device.ts";
import { isWholeCard } from "../pci/mapping-check.ts";
import type { MappingLine } from "../pci/mapping-line.ts";
import type { Decision, LeftOut, Rewriting, Settlement, Unknown } from "../pci/settlement.ts";
import { enumerated } from "./wording.ts";

/** The most places that a message names. */
const MAX_PLACES = 8;

/**
 * The clauses after the first problem of a line.
 * @param settlement the settlement of the line's node.
 * @param more what else is known of the line.
 */
export function settlementNotes(
  line: MappingLine,
  settlement: Settlement,
  more: readonly string[],
): readonly string[] {
  if (settlement.iommuOff) return [`nothing is suggested while the IOMMU of ${line.node} is off`, ...more];
  const several = line.path.includes(";");
  const notes = settlement.decisionsOf(line).flatMap((decided) => {
    const note = noteOf(decided, line);
    return note === null ? [] : [several ? `of ${decided.path}: ${note}` : note];
  });
  const whole = rewritingNote(settlement.rewritingOf(line));
  return [
    ...notes,
    ...(whole === null ? [] : [whole]),
    ...more,
    ...(settlement.unsettled
      ? [
          "identical devices whose lines still fit may have moved too, so apply all suggestions for " +
            `${line.node} together`,
        ]
      : []),
  ];
}

/**
 * The right value when a mapping's flag for mediated devices differs from the hardware.
 * @param capable whether the mapping's devices on the node offer them; null when they differ.
 */
export function mediatedDevicesNote(capable: boolean | null): string {
  return capable === null
    ? "some devices of this mapping are capable of mediated devices and others are not: give each kind a mapping of its own"
    : `set mediated_devices to ${capable}, if the devices are to stay in this mapping`;
}

interface Decided {
  readonly path: string;
  readonly decision: Decision;
}

function noteOf({ path, decision }: Decided, line: MappingLine): string | null {
  switch (decision.kind) {
    case "home":
      return null;
    case "moved":
      return decision.by === "card"
        ? `its function .0 was found elsewhere, and so it is at ${decision.device.path}`
        : `${decision.device.path} was matched by the order of addresses: what stands there may also be a twin that the ` +
            "host itself uses, so compare serial numbers before you apply this";
    case "left-out":
      return `${leftOutNote(decision)}, and the suggestion leaves it out: ${presence(decision.there)}`;
    case "unknown":
      return `nothing is suggested: ${unknownNote(decision, path, line)}`;
  }
}

function leftOutNote({ reason }: LeftOut): string {
  switch (reason) {
    case "gone":
      return "no device of the node has these ids any more";
    case "pooled":
      return "the only devices with these ids have lines of the same mappings that fit";
    case "card":
      return "its card is gone, or is found where it has no such function";
  }
}

function presence(there: PciDevice | null): string {
  return there === null ? "nothing is at its address now" : `at its address is now ${named(there)}`;
}

function unknownNote({ reason, there, candidates }: Unknown, path: string, line: MappingLine): string {
  switch (reason) {
    case "unreadable":
      return "the ids or the address of the line cannot be read";
    case "virtual-function":
      return `at its address is a virtual function, and the one that is meant may not exist yet${maybe(candidates)}`;
    case "absent":
      return (
        "nothing is at its address, but its virtual functions may not exist yet, or the firmware hides it" +
        maybe(candidates)
      );
    case "beside-absent":
      return `another line with the same ids names what may not exist yet${maybe(candidates)}`;
    case "replaced":
      return there === null
        ? "what is at its address may be meant"
        : `at its address is now ${named(there)}, of the same vendor: a replacement, new firmware, a slip of the pen, or ` +
            `a card of the host's that moved there. If it is the card that is meant, write ${lineFor(there, path, line)}`;
    case "elsewhere":
      return (
        "only displays and accelerators are followed, since the like of this may be the host's own disk or uplink" +
        maybe(candidates)
      );
    case "ambiguous":
      return `identical devices may have moved together${maybe(candidates)}`;
    case "held":
      return `only ${places(candidates)} ${candidates.length === 1 ? "has" : "have"} these ids, and other lines name ${candidates.length === 1 ? "it" : "them"}`;
    case "companion":
      return "its card is one of several that are interchangeable, and nobody knows of which it is a part";
    case "shared":
      return `lines for different devices would all be at ${places(candidates)}`;
  }
}

function rewritingNote(rewriting: Rewriting): string | null {
  if (rewriting.kind === "told" || rewriting.reason === "card") return null;
  return rewriting.reason === "no-group"
    ? "nothing is suggested: the device is in no IOMMU group, and cannot be passed through until it is in one"
    : "nothing is suggested: its devices have different subsystems, and a line can state one only, so write a line for each";
}

function maybe(candidates: readonly PciDevice[]): string {
  return candidates.length === 0
    ? ""
    : `; with these ids there ${candidates.length === 1 ? "is" : "are"} ${places(candidates)}`;
}

function places(devices: readonly PciDevice[]): string {
  const paths = devices.slice(0, MAX_PLACES).map(({ path }) => path);
  const rest = devices.length - paths.length;
  return enumerated(rest > 0 ? [...paths, `${rest} more`] : paths);
}

function named({ path, id, name }: PciDevice): string {
  return `${path} [${id}]${name === null ? "" : ` ${name}`}`;
}

/** An element of bpg's `map` for the device; the form of the path and the comment are those of the line. */
function lineFor(device: PciDevice, path: string, { node, comment }: MappingLine): string {
  const attributes = [
    ["comment", comment === null ? null : quoted(comment)],
    ["id", quoted(device.id)],
    ["iommu_group", device.iommuGroup === null ? null : String(device.iommuGroup)],
    ["node", quoted(node)],
    ["path", quoted(formatAddress(isWholeCard(path) ? slotOf(device.address) : device.address))],
    ["subsystem_id", device.subsystemId === null ? null : quoted(device.subsystemId)],
  ];
  const written = attributes
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} = ${value}`);
  return `{ ${written.join(", ")} }`;
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, (sign) => sign + sign);
}

/** Which mapping lines mean a card, and which mean nothing that is there. */
import { type Address, coversFunction, formatAddress, parseAddress, type Slot } from "../../pci/address.ts";
import type { PciDevice } from "../../pci/device.ts";
import { PciFormatError } from "../../pci/format-error.ts";
import type { ExistingMapping } from "./model.ts";

type Line = ExistingMapping["entries"][number];

/** One address of a line, with its problems. */
export interface PlacedLine {
  readonly mapping: string;
  readonly line: Line;
  readonly address: Address | Slot;
  /** What Proxmox would report, and what else is known; empty where the line fits. */
  readonly problems: readonly string[];
  /** Whether the line does not exist, but is where the mapping should point to. */
  readonly suggested: boolean;
}

/** The lines of all mappings for one node, address by address, and where they should point to instead. */
export function linesFor(
  node: string,
  mappings: ReadonlyMap<string, ExistingMapping>,
): readonly PlacedLine[] {
  return [...mappings].flatMap(([mapping, { entries, nodes }]) => {
    const check = nodes.get(node);
    const written = entries.filter((line) => line.node === node);
    const paths = new Set(written.map(({ path }) => path));
    const placed = written.flatMap((line) =>
      addressesOf(line.path).map(([text, address]): PlacedLine => {
        const problems = (check?.problems ?? [])
          .filter(({ path }) => path === text || path === line.path)
          .map(({ message }) => message);
        return { mapping, line, address, problems, suggested: false };
      }),
    );
    const moved = (check?.suggestion ?? [])
      .filter(({ path }) => !paths.has(path))
      .flatMap((line) =>
        addressesOf(line.path).map(
          ([, address]): PlacedLine => ({ mapping, line, address, problems: [], suggested: true }),
        ),
      );
    return [...placed, ...moved];
  });
}

/** Whether the line means one of the functions. */
export function speaksOf({ address }: PlacedLine, functions: readonly PciDevice[]): boolean {
  return functions.some((device) => coversFunction(address, device.address));
}

/** The addresses of a path that can be parsed, each beside its text. */
function addressesOf(path: string): readonly (readonly [string, Address | Slot])[] {
  return path.split(";").flatMap((text) => {
    try {
      return [[text, parseAddress(text.trim())] as const];
    } catch (error) {
      if (error instanceof PciFormatError) return [];
      throw error;
    }
  });
}

/** Lines by the address that they name, in the order of their appearance. */
export function byPlace(lines: readonly PlacedLine[]): ReadonlyMap<string, readonly PlacedLine[]> {
  return Map.groupBy(lines, ({ address }) => formatAddress(address));
}

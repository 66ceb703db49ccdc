/** `inspect --hcl`: imports of the mappings that exist, and a new mapping for every unit that none of them holds. */
import { coversFunction } from "../../pci/address.ts";
import type { PciDevice } from "../../pci/device.ts";
import type { NamedUnit } from "../../pci/mapping.ts";
import { mappingsOf } from "../../pci/mapping.ts";
import { grouplessOf, isGroupless } from "../../pci/unit.ts";
import { lineResult } from "../../provider/data-sources/pci-mappings/node-check.ts";
import { canBeWritten, isComment } from "../../provider/data-sources/pci-mappings/repaired.ts";
import type { PciMappingsReading } from "../../provider/data-sources/pci-mappings.ts";
import type { ReadMapping } from "../../provider/mapping-list.ts";
import { livePhysicalFunctionsOf } from "../line-devices.ts";
import { type Line, misfits } from "../mapping-fit.ts";
import { type HclValue, hclAttributes, hclComment } from "./hcl-text.ts";

const RESOURCE = "proxmox_hardware_mapping_pci";

/** @param endpoint the Proxmox that has these mappings. */
export function mappingsHcl(
  units: readonly NamedUnit[],
  reading: PciMappingsReading,
  endpoint: string,
): string {
  const existing = reading.mappings.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const taken = new Set(existing.map(({ name }) => name));
  const missing = units.filter((unit) => !isHeld(unit, reading));
  const blocks = [
    hclComment(
      `PCI mappings of ${endpoint} for bpg/proxmox (required_providers: proxmox = { source = "bpg/proxmox" }).\n` +
        "What exists is imported; what no mapping holds is added. Read the plan before you apply it.",
    ),
    ...existing.flatMap((mapping) => existingBlocks(mapping, reading)),
    ...missing.map((unit) => unitBlock(unit, freeName(unit.mappingName, taken))),
  ];
  return blocks.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

/** Whether a line of a mapping means the unit, that is its main function, even when that has moved. */
export function isHeld(
  { node, main }: NamedUnit,
  { mappings, known }: Pick<PciMappingsReading, "mappings" | "known">,
): boolean {
  const settlement = known.get(node)?.settlement;
  return mappings.some(({ lines }) =>
    lines
      .filter((line) => line.node === node)
      .flatMap((line) => settlement?.coverageOf(line) ?? line.addresses)
      .some((address) => coversFunction(address, main.address)),
  );
}

/** The name, or the name with the lowest number that makes it new. */
export function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  taken.add(free);
  return free;
}

/** A mapping that exists: its import and its resource as it should be, or a comment that says why there is none. */
export function existingBlocks(
  mapping: ReadMapping,
  reading: Pick<PciMappingsReading, "result" | "known">,
): readonly (readonly string[])[] {
  const { name: id, lines, description, mediatedDevices } = mapping;
  const repaired = reading.result.mappings.get(id)?.repaired ?? null;
  const writable = lines.length > 0 && lines.every(canBeWritten);
  if ((repaired === null && !writable) || (description !== null && !isComment(description))) {
    const why =
      lines.length === 0
        ? "it has no lines"
        : "bpg/proxmox cannot write its lines or its comment as they are";
    return [hclComment(`The mapping ${id} stays as it is: ${why}.`)];
  }
  const written = repaired ?? lines.map(lineResult);
  const notes = [
    ...(repaired === null
      ? [`No line of ${id} has its device any more: these are its lines as written.`]
      : remainingProblems(mapping, written, reading)),
    ...livePhysicalFunctionsOf(mapping, reading).map(wouldDestroy),
  ];
  return [
    ["import {", `  to = ${RESOURCE}.${id}`, `  id = "${id}"`, "}"],
    [...notes.flatMap(hclComment), ...resource(id, description, mediatedDevices, written)],
  ];
}

/** What is wrong with a mapping also with these lines, or was not compared, a line for each. */
function remainingProblems(
  { name, mediatedDevices }: ReadMapping,
  written: readonly Line[],
  reading: Pick<PciMappingsReading, "result" | "known">,
): readonly string[] {
  const wrong = misfits(name, written, mediatedDevices, reading);
  const nodes = [...new Set(written.map(({ node }) => node))].sort();
  return nodes.flatMap((node) => {
    if (!reading.known.has(node)) return [`${node} was not read: its lines are as written.`];
    const found = reading.result.mappings.get(name)?.nodes.get(node);
    if (found === undefined || !wrong.includes(node)) return [];
    // A suggestion leaves only the flag as it is, which is the mapping's.
    const left = found.problems.filter(
      ({ property }) => found.suggestion === null || property === "mediated_devices",
    );
    return [`No guest with ${name} starts on ${node}:`, ...left.map(({ message }) => `- ${message}`)];
  });
}

function wouldDestroy({ node, path }: PciDevice): string {
  return `Starting a guest on ${path} of ${node} would destroy its live virtual functions.`;
}

/**
 * The block of a mapping that does not exist yet. That of a card with live virtual functions is a comment: guests get
 * those, not the card.
 */
export function unitBlock(unit: NamedUnit, name: string): readonly string[] {
  const mapping = mappingsOf([unit]).get(unit.mappingName);
  const notes = [
    ...(unit.kind === "pf" ? [`${wouldDestroy(unit.main)} Give guests those.`] : []),
    ...(unit.isolated === null ? [`${noGroup(unit)}: no guest with it starts.`] : []),
    ...(unit.isolated === false
      ? [`Not isolated: ${unit.groupPeers.map(({ path }) => path).join(", ")} would go along.`]
      : []),
  ];
  const lines = (mapping?.entries ?? []).map(
    ({ comment, id, iommuGroup, node, path, subsystemId }): Line => ({
      comment,
      id,
      iommu_group: iommuGroup,
      node,
      path,
      subsystem_id: subsystemId,
    }),
  );
  const block = resource(name, mapping?.comment ?? null, mapping?.mediatedDevices === true, lines);
  return [...notes.flatMap(hclComment), ...(unit.kind === "pf" ? block.map((line) => `# ${line}`) : block)];
}

function noGroup(unit: NamedUnit): string {
  const bare = grouplessOf(unit).map(({ path }) => path);
  return isGroupless(unit) ? "In no IOMMU group" : `${bare.join(", ")} in no IOMMU group`;
}

/** Names of mappings are valid identifiers of HCL: letters, digits, `-` and `_`, a letter first. */
function resource(
  name: string,
  comment: string | null,
  mediatedDevices: boolean,
  lines: readonly Line[],
): readonly string[] {
  const head: readonly (readonly [string, HclValue | null])[] = [
    ["name", name],
    ["comment", comment],
    ["mediated_devices", mediatedDevices ? true : null],
  ];
  return [
    `resource "${RESOURCE}" "${name}" {`,
    ...hclAttributes(head, "  "),
    "  map = [",
    ...lines.flatMap((line) => [
      "    {",
      ...hclAttributes(
        [
          ["comment", line.comment],
          ["id", line.id],
          ["iommu_group", line.iommu_group],
          ["node", line.node],
          ["path", line.path],
          ["subsystem_id", line.subsystem_id],
        ],
        "      ",
      ),
      "    },",
    ]),
    "  ]",
    "}",
  ];
}

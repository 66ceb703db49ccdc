/** `inspect --hcl`: imports of the mappings that exist, and a new mapping for every unit that none of them holds. */
import { coversFunction } from "../../pci/address.ts";
import type { NamedUnit } from "../../pci/mapping.ts";
import { mappingsOf } from "../../pci/mapping.ts";
import { lineResult, type PciMappingsResult } from "../../provider/data-sources/pci-mappings/node-check.ts";
import { canBeWritten, isComment } from "../../provider/data-sources/pci-mappings/repaired.ts";
import type { PciMappingsReading } from "../../provider/data-sources/pci-mappings.ts";
import type { ReadMapping } from "../../provider/mapping-list.ts";
import { type HclValue, hclAttributes, hclComment } from "./hcl-text.ts";

type MappingResult = PciMappingsResult["mappings"] extends ReadonlyMap<string, infer M> ? M : never;
type Line = MappingResult["entries"][number];

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
  { result }: Pick<PciMappingsReading, "result">,
): readonly (readonly string[])[] {
  const { name: id, lines, description, mediatedDevices } = mapping;
  const repaired = result.mappings.get(id)?.repaired ?? null;
  const writable = lines.length > 0 && lines.every(canBeWritten);
  if ((repaired === null && !writable) || (description !== null && !isComment(description))) {
    const why =
      lines.length === 0
        ? "it has no lines"
        : "bpg/proxmox cannot write its lines or its comment as they are";
    return [hclComment(`The mapping ${id} stays as it is: ${why}.`)];
  }
  const note =
    repaired === null
      ? hclComment(`No line of ${id} has its device any more: these are its lines as written.`)
      : [];
  return [
    ["import {", `  to = ${RESOURCE}.${id}`, `  id = "${id}"`, "}"],
    [...note, ...resource(id, description, mediatedDevices, repaired ?? lines.map(lineResult))],
  ];
}

/** The block of a mapping that does not exist yet. */
export function unitBlock(unit: NamedUnit, name: string): readonly string[] {
  const mapping = mappingsOf([unit]).get(unit.mappingName);
  const notes = [
    ...(unit.kind === "pf"
      ? [`Starting a guest on ${unit.main.path} of ${unit.node} would destroy its live virtual functions.`]
      : []),
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
  return [
    ...notes.flatMap(hclComment),
    ...resource(name, mapping?.comment ?? null, mapping?.mediatedDevices === true, lines),
  ];
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

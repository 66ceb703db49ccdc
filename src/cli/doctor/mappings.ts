/** The check `mappings`: what would fail when a guest starts, with the right lines. */
import { alternativesOf } from "../../pci/mapping-alternatives.ts";
import { describeChoice } from "../../provider/data-sources/pci-mappings/warnings.ts";
import type { PciMappingsReading } from "../../provider/data-sources/pci-mappings.ts";
import type { ReadMapping } from "../../provider/mapping-list.ts";
import { enumerated } from "../../provider/wording.ts";
import { livePhysicalFunctionsOf } from "../line-devices.ts";
import { type Check, check } from "./check.ts";
import { repairOf } from "./mapping-repair.ts";

/**
 * One check for each problem of a mapping; one that says ok when there is no problem.
 * @param members names of the cluster's nodes.
 */
export function mappingChecks(reading: PciMappingsReading, members: readonly string[]): readonly Check[] {
  const { mappings } = reading;
  if (mappings.length === 0) {
    return [check("mappings", null, { status: "ok", summary: "there are none that may be seen" })];
  }
  return mappings
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((mapping) => {
      const wrong = [
        ...mismatches(mapping, reading),
        ...uncompared(mapping, reading, members),
        ...alternatives(mapping, reading),
        ...livePhysicalFunctions(mapping, reading),
      ];
      if (wrong.length > 0) return wrong;
      const nodes = [...new Set(mapping.lines.map(({ node }) => node))].sort();
      const where = nodes.length === 0 ? "has no lines" : `fits the hardware of ${enumerated(nodes)}`;
      return [check("mappings", mapping.name, { status: "ok", summary: where })];
    });
}

function mismatches(mapping: ReadMapping, reading: PciMappingsReading): readonly Check[] {
  const { name: id } = mapping;
  const found = reading.result.mappings.get(id);
  const invalid = [...(found?.nodes ?? [])].filter(([, { status }]) => status === "invalid");
  if (found === undefined || invalid.length === 0) return [];
  const messages = invalid.flatMap(([node, { problems }]) =>
    problems.map(({ message }) => `${node}: ${message}`),
  );
  const repair = repairOf(mapping, reading);
  // Whoever follows this to the letter has compared the serial numbers, and knows which card is meant.
  const compared = messages.some((message) => message.includes("compare serial numbers"))
    ? "Compare serial numbers first. Where these are the cards that are meant:\n"
    : "";
  return [
    check("mappings", id, {
      status: "error",
      summary: `no guest with it starts on ${enumerated(invalid.map(([node]) => node))}: ${messages.join(". ")}`,
      fix: repair === null ? null : compared + repair,
    }),
  ];
}

function uncompared(
  { name: id, lines }: ReadMapping,
  { known }: PciMappingsReading,
  members: readonly string[],
): readonly Check[] {
  const nodes = [...new Set(lines.map(({ node }) => node))].sort();
  const strangers = nodes.filter((node) => !members.includes(node));
  const silent = nodes.filter((node) => members.includes(node) && !known.has(node));
  return [
    ...(silent.length === 0
      ? []
      : [
          `cannot be compared with ${enumerated(silent)}, which ${silent.length === 1 ? "was" : "were"} not read`,
        ]),
    ...(strangers.length === 0
      ? []
      : [
          `has lines for ${enumerated(strangers)}, which ${strangers.length === 1 ? "is no node" : "are no nodes"} of the cluster`,
        ]),
  ].map((summary) => check("mappings", id, { status: "warning", summary }));
}

function alternatives({ name: id, lines }: ReadMapping, { known }: PciMappingsReading): readonly Check[] {
  return [...known].flatMap(([node, { host, settlement }]) => {
    const ours = lines.filter((line) => line.node === node);
    return alternativesOf(host, ours, settlement).map((choice) =>
      check("mappings", id, {
        status: "warning",
        summary: `its lines are a choice, and a guest gets the device of one of them: ${describeChoice(choice)}`,
      }),
    );
  });
}

function livePhysicalFunctions(mapping: ReadMapping, reading: PciMappingsReading): readonly Check[] {
  return livePhysicalFunctionsOf(mapping, reading).map(({ node, path }) =>
    check("mappings", mapping.name, {
      status: "warning",
      summary: `${path} of ${node} has live virtual functions, which are gone when a guest with this mapping gets it`,
      fix: "Give guests the virtual functions, by mappings of their own, and take this line out.",
    }),
  );
}

/** The check `mappings`: what would fail at a guest's start, with the lines as they should read. */
import { alternativesOf } from "../../pci/mapping-alternatives.ts";
import { describeChoice } from "../../provider/data-sources/pci-mappings/warnings.ts";
import type { PciMappingsReading } from "../../provider/data-sources/pci-mappings.ts";
import type { ReadMapping } from "../../provider/mapping-list.ts";
import { enumerated } from "../../provider/wording.ts";
import { type Check, check } from "./check.ts";
import { settingCommand } from "./mapping-lines.ts";

/**
 * One check for each thing that is wrong with a mapping, or one that it is right.
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
      ];
      if (wrong.length > 0) return wrong;
      const nodes = [...new Set(mapping.lines.map(({ node }) => node))].sort();
      const where = nodes.length === 0 ? "has no lines" : `fits the hardware of ${enumerated(nodes)}`;
      return [check("mappings", mapping.name, { status: "ok", summary: where })];
    });
}

function mismatches({ name: id }: ReadMapping, { result }: PciMappingsReading): readonly Check[] {
  const found = result.mappings.get(id);
  const invalid = [...(found?.nodes ?? [])].filter(([, { status }]) => status === "invalid");
  if (found === undefined || invalid.length === 0) return [];
  const suggests = invalid.some(([, { suggestion }]) => suggestion !== null);
  const messages = invalid.flatMap(([node, { problems }]) =>
    problems.map(({ message }) => `${node}: ${message}`),
  );
  const repair = suggests && found.repaired !== null ? settingCommand(id, found.repaired) : null;
  // Whoever follows this to the letter has compared, and knows.
  const compared = messages.some((message) => message.includes("compare serial numbers"))
    ? "Compare serial numbers first. Where these are the cards that are meant:\n"
    : "";
  return [
    check("mappings", id, {
      status: "error",
      summary: `no guest with it starts on ${enumerated(invalid.map(([node]) => node))}: ${messages.join(". ")}`,
      fix: repair === null ? flagCommand(id, invalid) : compared + repair,
    }),
  ];
}

type Invalid = readonly (readonly [
  string,
  { readonly problems: readonly { readonly property: string; readonly actual: string | null }[] },
])[];

/** Where nothing differs but the flag, and all devices want the same of it. */
function flagCommand(id: string, invalid: Invalid): string | null {
  const problems = invalid.flatMap(([, node]) => node.problems);
  const wanted = new Set(problems.map(({ actual }) => actual));
  if (problems.some(({ property }) => property !== "mediated_devices") || wanted.size !== 1) return null;
  return `pvesh set /cluster/mapping/pci/${id} --mdev ${wanted.has("true") ? 1 : 0}`;
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
    ...(silent.length === 0 ? [] : [`cannot be compared with ${enumerated(silent)}, which was not read`]),
    ...(strangers.length === 0
      ? []
      : [`has lines for ${enumerated(strangers)}, which is no node of the cluster`]),
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

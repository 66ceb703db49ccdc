import { createHash } from "node:crypto";
import type { Cluster, Mapping } from "./cluster.ts";

/** SHA-1 of `mapping/pci.cfg`, which changes with every write: as recorded, or computed when nothing was. */
export function mappingDigest(cluster: Cluster): string {
  if (cluster.mappingDigest !== null) return cluster.mappingDigest;
  return createHash("sha1").update(mappingFile(cluster.mappings), "latin1").digest("hex");
}

/** The file's text: a section for each mapping, its lines first, then its other properties by name. */
function mappingFile(mappings: ReadonlyMap<string, Mapping>): string {
  const sections = [...mappings].map(([id, { map, ...properties }]) => {
    const lines = [
      ...map.map((line) => `map ${line}`),
      ...Object.entries(properties)
        .toSorted(([left], [right]) => (left < right ? -1 : 1))
        .map(([name, value]) => `${name} ${value}`),
    ];
    return `${id}\n${lines.map((line) => `\t${line}\n`).join("")}\n`;
  });
  return sections.join("");
}

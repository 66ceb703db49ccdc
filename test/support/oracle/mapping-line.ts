import type { RawMapping } from "./cluster.ts";

/** One line of a mapping. */
export interface Line {
  node: string;
  id: string;
  path: string;
  group: string | null;
  subsystem: string | null;
}

/** The lines of a mapping as they are written. */
export function linesOf({ map }: RawMapping): Line[] {
  return map.map((text) => {
    const properties = new Map(
      text.split(",").map((property): [string, string] => {
        const at = property.indexOf("=");
        return [property.slice(0, at), property.slice(at + 1)];
      }),
    );
    return {
      node: properties.get("node") ?? "",
      id: properties.get("id") ?? "",
      path: properties.get("path") ?? "",
      group: properties.get("iommugroup") ?? null,
      subsystem: properties.get("subsystem-id") ?? null,
    };
  });
}

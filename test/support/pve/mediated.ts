import type { ClusterNode } from "./cluster.ts";
import { isJsonObject } from "./json.ts";

/** How many more instances of a type a device can make; 0 when it does not offer the type. */
export function availableInstances(node: ClusterNode, device: string, type: string): number {
  const types = (node.mediatedTypes.get(device) ?? []).filter(isJsonObject);
  return Number(types.find((offered) => offered["type"] === type)?.["available"] ?? 0);
}

/** Makes an instance: one fewer is left. */
export const makeMediated = (node: ClusterNode, device: string, type: string): void =>
  change(node, device, type, -1);

/** Gives an instance back. */
export const releaseMediated = (node: ClusterNode, device: string, type: string): void =>
  change(node, device, type, 1);

function change(node: ClusterNode, device: string, type: string, by: number): void {
  const types = node.mediatedTypes.get(device) ?? [];
  const changed = types.map((offered) =>
    isJsonObject(offered) && offered["type"] === type
      ? { ...offered, available: Number(offered["available"]) + by }
      : offered,
  );
  node.mediatedTypes.set(device, changed);
}

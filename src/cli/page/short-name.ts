/** What people call a card. */
import type { PageCard } from "./model.ts";

/**
 * `NVIDIA Corporation GA102 [GeForce RTX 3090]` → `GeForce RTX 3090`: pci.ids has the name of a GPU in brackets at the
 * end. What stands there of other devices is no name by itself.
 */
export function shortName({ name, kind }: Pick<PageCard, "name" | "kind">): string | null {
  if (name === null || kind === "other") return name;
  const model = /\[([^[\]]+)\]\s*$/.exec(name)?.[1]?.trim() ?? "";
  return model === "" ? name : model;
}

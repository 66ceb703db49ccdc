/** What people call a card. */
import type { PageCard } from "./model.ts";

/**
 * `NVIDIA Corporation GA102 [GeForce RTX 3090]` → `GeForce RTX 3090`. For a GPU, pci.ids has this name in brackets at
 * the end. For other devices the brackets hold no complete name.
 */
export function shortName({ name, kind }: Pick<PageCard, "name" | "kind">): string | null {
  if (name === null || kind === "other") return name;
  const model = /\[([^[\]]+)\]\s*$/.exec(name)?.[1]?.trim() ?? "";
  return model === "" ? name : model;
}

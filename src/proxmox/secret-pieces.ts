/** Pieces of secrets, which remain when a server, a proxy or a length limit cuts a text in the middle of one. */

/** Shorter pieces reveal nothing, and occur in texts by chance. */
const SHORTEST_PIECE = 12;

/** A secret is divided into blocks of this length. Every piece contains one whole block: 6 + 5 < 12. */
const BLOCK = 6;

/** Finds pieces of some texts in others. */
export class Pieces {
  readonly #places = new Map<string, { readonly form: string; readonly offset: number }[]>();
  readonly #blocks: RegExp | null;

  /** @param forms how secrets may look; those too short to have pieces are skipped */
  constructor(forms: readonly string[]) {
    for (const form of new Set(forms)) {
      if (form.length <= SHORTEST_PIECE) continue;
      for (let offset = 0; offset + BLOCK <= form.length; offset += BLOCK) {
        const block = form.slice(offset, offset + BLOCK);
        const places = this.#places.get(block) ?? [];
        places.push({ form, offset });
        this.#places.set(block, places);
      }
    }
    const alternatives = [...this.#places.keys()].map((block) => literal(block));
    this.#blocks = alternatives.length === 0 ? null : new RegExp(alternatives.join("|"), "g");
  }

  /** The text with a mask for every piece of 12 characters or more. */
  mask(text: string, mask: string): string {
    if (this.#blocks === null) return text;
    const blocks = this.#blocks;
    let masked = "";
    let done = 0;
    blocks.lastIndex = 0;
    for (let found = blocks.exec(text); found !== null; found = blocks.exec(text)) {
      const [from, to] = this.#longestAround(text, found[0], found.index, done);
      if (to - from < SHORTEST_PIECE) {
        blocks.lastIndex = found.index + 1;
        continue;
      }
      masked += text.slice(done, from) + mask;
      done = to;
      blocks.lastIndex = to;
    }
    return masked + text.slice(done);
  }

  /** How far the text around a block is the same as in a secret. */
  #longestAround(text: string, block: string, index: number, done: number): readonly [number, number] {
    let longest: readonly [number, number] = [index, index];
    for (const { form, offset } of this.#places.get(block) ?? []) {
      let before = 0;
      while (
        index - before > done &&
        offset > before &&
        text[index - before - 1] === form[offset - before - 1]
      ) {
        before += 1;
      }
      let behind = BLOCK;
      while (offset + behind < form.length && text[index + behind] === form[offset + behind]) behind += 1;
      if (before + behind > longest[1] - longest[0]) longest = [index - before, index + behind];
    }
    return longest;
  }
}

/** A pattern that matches only this text. */
export function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

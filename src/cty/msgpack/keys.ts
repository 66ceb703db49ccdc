/** The keys that one map has had so far, to find duplicates. */

/** Up to this many keys, comparing each with each is faster than making strings of them. */
const FEW_KEYS = 24;

export class SeenKeys {
  readonly #bytes: Buffer;
  /** Where each key begins and ends, in turn. */
  readonly #ranges: number[] = [];
  #texts: Set<string> | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Adds the key in these bytes; false when it is a duplicate. */
  add(start: number, end: number): boolean {
    if (this.#ranges.length < 2 * FEW_KEYS) {
      if (this.#isAmongFew(start, end)) return false;
      this.#ranges.push(start, end);
      return true;
    }
    this.#texts ??= this.#textsOfFew();
    const text = this.#bytes.toString("latin1", start, end);
    if (this.#texts.has(text)) return false;
    this.#texts.add(text);
    return true;
  }

  #isAmongFew(start: number, end: number): boolean {
    const ranges = this.#ranges;
    for (let i = 0; i < ranges.length; i += 2) {
      const from = ranges[i] ?? 0;
      if ((ranges[i + 1] ?? 0) - from === end - start && this.#equal(from, start, end)) return true;
    }
    return false;
  }

  #equal(from: number, start: number, end: number): boolean {
    for (let i = 0; i < end - start; i++) {
      if (this.#bytes[from + i] !== this.#bytes[start + i]) return false;
    }
    return true;
  }

  #textsOfFew(): Set<string> {
    const texts = new Set<string>();
    for (let i = 0; i < this.#ranges.length; i += 2) {
      texts.add(this.#bytes.toString("latin1", this.#ranges[i], this.#ranges[i + 1]));
    }
    return texts;
  }
}

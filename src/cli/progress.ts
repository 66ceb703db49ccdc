/** How far a read has got, on standard error: one line that a terminal shows and forgets, or one at the end. */
import type { Screen } from "./screen.ts";

/** Back to the beginning of the line, and what was there is gone (ECMA-48: EL). */
const ERASE = "\r\u001b[K";

export class ProgressLine {
  readonly #screen: Screen;
  #shown = "";

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  show(answered: number, asked: number): void {
    this.#shown = `${answered} of ${asked} ${asked === 1 ? "node" : "nodes"}`;
    if (this.#screen.isTerminal) this.#screen.write(`${ERASE}${this.#shown}`);
  }

  /** Takes the line away; what is no terminal gets what it said last. */
  end(): void {
    if (this.#shown === "") return;
    this.#screen.write(this.#screen.isTerminal ? ERASE : `${this.#shown}\n`);
    this.#shown = "";
  }
}

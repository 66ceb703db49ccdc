/**
 * The progress of a read, on standard error: one line that a terminal shows and then removes, or one line at the end.
 */
import type { Screen } from "./screen.ts";

/** Back to the beginning of the line, and erase it (ECMA-48: EL). */
const ERASE = "\r\u001b[K";

export class ProgressLine {
  readonly #screen: Screen;
  #shown = "";

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  show(answered: number, asked: number): void {
    if (asked === 0) return;
    this.#shown = `${answered} of ${asked} ${asked === 1 ? "node" : "nodes"}`;
    if (this.#screen.isTerminal) this.#screen.write(`${ERASE}${this.#shown}`);
  }

  /** Removes the line. What is no terminal gets the last text. */
  end(): void {
    if (this.#shown === "") return;
    this.#screen.write(this.#screen.isTerminal ? ERASE : `${this.#shown}\n`);
    this.#shown = "";
  }
}

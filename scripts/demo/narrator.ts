/** Prints what happens while it happens, in lines of at most 80 columns. */
import { styleText } from "node:util";
import { wrapped } from "../../src/cli/text.ts";
import { COLUMNS, changesInPlace, type TofuEvent } from "./tofu-events.ts";

/** For the first line of a message from OpenTofu. */
const STYLES: Readonly<Record<string, "red" | "yellow">> = { error: "red", warning: "yellow" };

export class Narrator {
  readonly #write: (line: string) => void;
  readonly #coloured: boolean;

  constructor(write: (line: string) => void, coloured: boolean) {
    this.#write = write;
    this.#coloured = coloured;
  }

  /** The title of a part of the story. */
  head(text: string): void {
    this.#write("");
    for (const line of wrapped(text, COLUMNS)) this.#write(this.#paint("bold", line));
  }

  say(text: string): void {
    for (const line of wrapped(text, COLUMNS)) this.#write(line);
  }

  /** A command that will run, as a person would type it. */
  command(text: string): void {
    this.#write(this.#paint("cyan", `$ ${text}`));
  }

  /**
   * The changes of a plan.
   *
   * @param plan The output of `tofu show -json` for the plan.
   */
  plan(events: readonly TofuEvent[], plan: string): void {
    const details = changesInPlace(plan);
    for (const event of events.filter(({ kind }) => kind === "warning")) this.event(event);
    // OpenTofu reports them in any order.
    const changes = events.filter(({ kind }) => kind === "change");
    for (const event of changes.toSorted((left, right) => (left.address < right.address ? -1 : 1))) {
      this.event(event);
      for (const line of details.get(event.address) ?? []) this.#write(line);
    }
    for (const event of events.filter(({ kind }) => kind === "summary")) this.event(event);
  }

  event({ kind, lines }: TofuEvent): void {
    const [head, ...others] = lines;
    if (head === undefined) return;
    const style = STYLES[kind];
    this.#write(style === undefined ? head : this.#paint(style, head));
    for (const line of others) this.#write(line);
  }

  #paint(style: "bold" | "cyan" | "red" | "yellow", text: string): string {
    return this.#coloured ? styleText(style, text, { validateStream: false }) : text;
  }
}

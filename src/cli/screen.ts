/** The two streams that a person reads: how wide they are, whether colour is wanted, and that a reader who leaves is no error. */
import { styleText } from "node:util";
import type { Environment } from "../proxmox/settings/environment.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** What of a stream is used. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done?: () => void): unknown;
  on(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/** A terminal of which nothing says how wide it is. */
const USUAL_COLUMNS = 80;

/** One stream. */
export class Screen {
  readonly #stream: TextStream;
  readonly #colour: boolean;
  #failure: Error | null = null;
  /** Whether a person looks at it, rather than a program or a file. */
  readonly isTerminal: boolean;
  /** How many columns a line may have; null where any number will do. COLUMNS says it of what is no terminal. */
  readonly columns: number | null;
  /** Whether it shows more than ASCII. */
  readonly unicode: boolean;

  constructor(stream: TextStream, environment: Environment) {
    this.#stream = stream;
    this.isTerminal = stream.isTTY === true;
    this.columns = columnsOf(stream, environment);
    this.unicode = showsUnicode(environment);
    this.#colour =
      this.isTerminal && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
    stream.on("error", (error) => {
      // Whoever reads the first lines alone (`| head`) has what was wanted.
      if (error.code !== "EPIPE") this.#failure ??= error;
    });
  }

  /** Waits until all is written. @returns what kept it from being written, such as a full disk; null for nothing. */
  async finish(): Promise<Error | null> {
    await new Promise<void>((resolve) => this.#stream.write("", () => resolve()));
    return this.#failure;
  }

  write(text: string): void {
    this.#stream.write(text);
  }

  /** The text in a style, where there is colour. */
  paint(style: Style, text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text;
  }
}

function columnsOf({ isTTY, columns }: TextStream, environment: Environment): number | null {
  if (isTTY === true && columns !== undefined && columns > 0) return columns;
  const said = environment["COLUMNS"] ?? "";
  if (/^[1-9]\d{0,4}$/.test(said)) return Number(said);
  return isTTY === true ? USUAL_COLUMNS : null;
}

/** A locale that names another character set, or none at all on purpose, gets ASCII. Source: locale(7). */
function showsUnicode(environment: Environment): boolean {
  const locale = [environment["LC_ALL"], environment["LC_CTYPE"], environment["LANG"]].find(
    (value) => value !== undefined && value !== "",
  );
  return locale === undefined || /utf-?8/i.test(locale);
}

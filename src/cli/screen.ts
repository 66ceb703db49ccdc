/** The two streams that a person reads: their width, whether colour is wanted, and that a reader who leaves is no error. */
import { styleText } from "node:util";
import type { Environment } from "../proxmox/settings/environment.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** The parts of a stream that are used. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done?: () => void): unknown;
  on(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
}

/** The width of a terminal that does not tell it. */
const USUAL_COLUMNS = 80;

/**
 * The error of writing when the reader has left: `| head` has the lines it wanted. On Windows some pipes give EOF.
 * Source: libuv, `uv_translate_sys_error` of ERROR_NO_DATA and ERROR_BROKEN_PIPE.
 */
const READER_LEFT: ReadonlySet<string | undefined> = new Set(["EPIPE", "EOF"]);

export class Screen {
  readonly #stream: TextStream;
  readonly #colour: boolean;
  #failure: Error | null = null;
  /** Whether a person looks at it, not a program or a file. */
  readonly isTerminal: boolean;
  /** How many columns a line may have; null for any number. For what is no terminal, COLUMNS says it. */
  readonly columns: number | null;
  /** Whether it can show more than ASCII. */
  readonly unicode: boolean;

  constructor(stream: TextStream, environment: Environment, platform: NodeJS.Platform) {
    this.#stream = stream;
    this.isTerminal = stream.isTTY === true;
    this.columns = columnsOf(stream, environment, platform);
    this.unicode = showsUnicode(environment, platform, this.isTerminal);
    this.#colour =
      this.isTerminal && (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
    stream.on("error", (error) => {
      if (!READER_LEFT.has(error.code)) this.#failure ??= error;
    });
  }

  /** Waits until everything is written. @returns the error that prevented it, such as a full disk; null for none. */
  async finish(): Promise<Error | null> {
    await new Promise<void>((resolve) => this.#stream.write("", () => resolve()));
    return this.#failure;
  }

  write(text: string): void {
    this.#stream.write(text);
  }

  paint(style: Style, text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text;
  }
}

function columnsOf(
  { isTTY, columns }: TextStream,
  environment: Environment,
  platform: NodeJS.Platform,
): number | null {
  if (isTTY === true && columns !== undefined && columns > 0) {
    // A console of Windows wraps as soon as a line is full. The line break would then leave an empty line.
    return platform === "win32" ? Math.max(columns - 1, 1) : columns;
  }
  const said = environment["COLUMNS"] ?? "";
  if (/^[1-9]\d{0,4}$/.test(said)) return Number(said);
  return isTTY === true ? USUAL_COLUMNS : null;
}

/**
 * A locale with another character set, or `C`, gets ASCII. Source: locale(7). Windows has no such variables: a console shows everything
 * that Node prints, and whoever reads a pipe assumes the code page of the country.
 */
function showsUnicode(environment: Environment, platform: NodeJS.Platform, isTerminal: boolean): boolean {
  const locale = [environment["LC_ALL"], environment["LC_CTYPE"], environment["LANG"]].find(
    (value) => value !== undefined && value !== "",
  );
  if (locale === undefined) return platform !== "win32" || isTerminal;
  return /utf-?8/i.test(locale);
}

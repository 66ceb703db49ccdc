/** The golden files that test/golden makes with the real go-cty. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One line: its columns, and its number for messages. */
export interface GoldenLine {
  readonly number: number;
  readonly columns: readonly string[];
}

export function goldenLines(file: "values.tsv" | "msgpack.tsv"): GoldenLine[] {
  const text = readFileSync(join(import.meta.dirname, "../golden", file), "utf8");
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line, i) => ({ number: i + 1, columns: line.split("\t") }));
}

/** The bytes of hexadecimal digits with runs such as (61x300). */
export function unhex(text: string): Buffer {
  const digits = text.replace(/\((..)x(\d+)\)/g, (_run, byte: string, count: string) =>
    byte.repeat(Number(count)),
  );
  return Buffer.from(digits, "hex");
}

/** The result of `work`, or the message of what it throws: so that one line at fault does not hide the others. */
function attempt(work: () => string): string {
  try {
    return work();
  } catch (error) {
    return String(error);
  }
}

/** Which lines do not give what they should. */
export function differences(
  lines: readonly GoldenLine[],
  actual: (line: GoldenLine) => string,
  expected: (line: GoldenLine) => string,
): string[] {
  return lines.flatMap((line) => {
    const [is, should] = [attempt(() => actual(line)), expected(line)];
    return is === should ? [] : [`line ${line.number}, ${line.columns[0]}: ${is} instead of ${should}`];
  });
}

/** The part of docs/reliability.md that a full run of `npm run test:fuzz` writes. */
import type { FuzzReport } from "../../test/support/fuzz/fuzzer.ts";
import type { FuzzTarget } from "../../test/support/fuzz/target.ts";

export interface PropertyResult {
  readonly decoder: string;
  readonly holds: string;
  readonly runs: number;
  /** Why the property does not hold; null when it does. */
  readonly failure: string | null;
  readonly seconds: number;
}

export interface TargetResult {
  readonly target: FuzzTarget;
  readonly report: FuzzReport;
  readonly seconds: number;
}

/** The tables as Markdown. */
export function fuzzTables(
  properties: readonly PropertyResult[],
  targets: readonly TargetResult[],
  conditions: string,
): string {
  const grouped = (number: number): string => number.toLocaleString("en-US");
  return [
    "| decoder | what holds | runs | failures |",
    "|---|---|---|---|",
    ...properties.map(
      ({ decoder, holds, runs, failure }) =>
        `| ${decoder} | ${holds} | ${grouped(runs)} | ${failure === null ? 0 : 1} |`,
    ),
    "",
    "| fuzz target | what is read | minutes | inputs | code reached | crashes | slowest input |",
    "|---|---|---|---|---|---|---|",
    ...targets.map(({ target, report, seconds }) =>
      [
        "",
        target.name,
        target.what,
        (seconds / 60).toFixed(1),
        grouped(report.inputs),
        `${(report.reached / 1000).toFixed(1)} kB`,
        report.crashes.length,
        `${Math.round(report.slowest)} ms`,
        "",
      ]
        .join(" | ")
        .trim(),
    ),
    "",
    `${conditions}.`,
  ].join("\n");
}

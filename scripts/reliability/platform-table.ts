/** The part of docs/reliability.md that a full run of `npm run test:platforms` writes. */
import type { PlatformFigures } from "../platforms/measure.ts";
import { type PlatformRun, platformRuns } from "../platforms/runs.ts";

/**
 * The table as Markdown.
 * @param conditions when and where it was measured
 */
export function platformTable(
  figures: readonly PlatformFigures[],
  conditions: string,
  runs: readonly PlatformRun[] = platformRuns,
): string {
  const byPlatform = new Map(runs.map((run) => [run.platform, run]));
  return [
    "| package | run by | exec → handshake | exec → schema | code cache | size | zip |",
    "|---|---|---|---|---|---|---|",
    ...figures.map(({ platform, start, hasCodeCache, size, zip }) => {
      const cells = [
        platform,
        byPlatform.get(platform)?.by ?? "nothing",
        milliseconds(start?.handshake),
        milliseconds(start?.schema),
        hasCodeCache ? "yes" : "no",
        mebibytes(size),
        mebibytes(zip),
      ];
      return `| ${cells.join(" | ")} |`;
    }),
    "",
    `${conditions}.`,
  ].join("\n");
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? "" : `${value.toFixed(0)} ms`;
}

function mebibytes(value: number): string {
  return `${value.toFixed(1)} MiB`;
}

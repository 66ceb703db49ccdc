/** The part of docs/reliability.md that `npm run test:hosts` writes. */
import type { Host } from "../hosts/host.ts";
import type { Tally } from "../test/tally.ts";

/** The tests of one host, by the title of their feature. Features that the host does not have are absent. */
export interface HostResult {
  readonly host: Pick<Host, "product" | "version">;
  readonly tallies: ReadonlyMap<string, Tally>;
}

/**
 * The table as Markdown: a row for each feature, a column for each host.
 * @param conditions when and where it was tested
 */
export function hostTable(
  results: readonly HostResult[],
  features: readonly string[],
  conditions: string,
): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    row(["", ...results.map(({ host }) => nameOf(host))]),
    `|---|${results.map(() => "---|").join("")}`,
    ...features.map((feature) => row([feature, ...results.map(({ tallies }) => cell(tallies.get(feature)))])),
    "",
    `Tests that passed; "no" where the host lacks what they need. ${conditions}.`,
  ].join("\n");
}

/** The name for people. */
export function nameOf({ product, version }: HostResult["host"]): string {
  return `${product === "opentofu" ? "OpenTofu" : "Terraform"} ${version}`;
}

function cell(tally: Tally | undefined): string {
  if (tally === undefined || tally.passed + tally.failed === 0) return "no";
  return tally.failed === 0 ? `${tally.passed}` : `${tally.passed}, **${tally.failed} wrong**`;
}

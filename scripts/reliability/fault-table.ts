/** The part of docs/reliability.md that a full run of `npm run test:faults` writes. */
import { GROUPS, type Group } from "../../test/support/faults/kind.ts";
import { READERS, readers } from "../../test/support/faults/reader.ts";
import type { RunReport } from "../../test/support/faults/run.ts";

const TITLES: Readonly<Record<Group, string>> = {
  connection: "Connections: refused, reset, cut, silent, slow, damaged",
  tls: "TLS: other protocols, alerts, versions, certificates",
  answer: "HTTP: cut, stalled, garbled, endless, wrong lengths and chunks",
  body: "Bodies: damaged or exploding gzip, pages, broken or huge JSON",
  status: "Statuses: refusals, redirects, Retry-After, 5xx",
  "sign-in": "Sign-in: refused, expired, second factor, echoed secrets",
  data: "JSON of another shape, odd texts, duplicates",
  cluster: "Clusters: nodes gone, renamed, slow; quorum lost",
  proxy: "HTTPS_PROXY, names, IPv6",
  endpoints: "Several endpoints, one or two of them lost at any moment",
};

/**
 * The table as Markdown.
 * @param conditions when and where it was measured
 */
export function faultTable(reports: readonly RunReport[], conditions: string): string {
  const rows = GROUPS.flatMap((group) => {
    const own = reports.filter(({ kind }) => kind.group === group);
    return own.length === 0 ? [] : [rowOf(TITLES[group], own)];
  });
  const byReader = READERS.flatMap((name) => {
    const own = reports.filter(({ reader }) => reader === name);
    return own.length === 0 ? [] : [rowOf(readers[name].title, own)];
  });
  return [
    ...headOf("faults"),
    ...rows,
    rowOf("**all**", reports),
    "",
    ...headOf("read by"),
    ...byReader,
    "",
    `${conditions}.`,
  ].join("\n");
}

function headOf(what: string): readonly string[] {
  return [
    `| ${what} | kinds | runs | right value | one clear error | wrong | longest read | most memory |`,
    "|---|---|---|---|---|---|---|---|",
  ];
}

function rowOf(title: string, reports: readonly RunReport[]): string {
  const right = reports.filter(({ problems }) => problems.length === 0);
  const outcomes = (outcome: string) => right.filter((report) => report.outcome === outcome).length;
  const cells = [
    title,
    new Set(reports.map(({ kind }) => kind.name)).size,
    reports.length,
    outcomes("result"),
    outcomes("error"),
    reports.length - right.length,
    `${(Math.max(...reports.map(({ milliseconds }) => milliseconds)) / 1000).toFixed(1)} s`,
    `${Math.ceil(Math.max(...reports.map(({ memory }) => memory)))} MiB`,
  ];
  return `| ${cells.join(" | ")} |`;
}

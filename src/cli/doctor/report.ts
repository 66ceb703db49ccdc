/** `doctor` for a person: a line for each check, below it how to mend it, at the end how many are wrong. */
import type { Screen, Style } from "../screen.ts";
import { oneLine, padded, wrapped } from "../text.ts";
import { CHECKS, type Check, type Status } from "./check.ts";

const STYLES: Readonly<Record<Status, Style>> = { ok: "green", warning: "yellow", error: "red" };

/** `warning` */
const LONGEST_STATUS = 7;
/** `sign-in` is shorter; `privileges` is the longest name of a check. */
const LONGEST_CHECK = 10;
/** From this many on, subjects with the same good finding share one line. */
const MANY = 3;
/** When more than this many are right with different findings, only their number is shown. */
const MOST = 20;

/** The report, at most as wide as the screen. */
export function drawChecks(checks: readonly Check[], screen: Screen): string {
  const lines = CHECKS.flatMap((name) =>
    gathered(checks.filter((one) => one.check === name)).flatMap((one) => drawCheck(one, screen)),
  );
  const count = (status: Status): number => checks.filter((one) => one.status === status).length;
  const sum = `${counted(count("error"), "error")}, ${counted(count("warning"), "warning")}, ${count("ok")} ok`;
  return [...lines, sum].map((line) => `${line}\n`).join("");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Gathers good findings that are the same, so that each is shown once. */
function gathered(checks: readonly Check[]): readonly Check[] {
  const right = checks.filter(({ status }) => status === "ok");
  const [first] = right;
  if (first !== undefined && right.length > MOST) {
    const all: Check = { ...first, subject: null, summary: `nothing is wrong with ${right.length}` };
    return [all, ...checks.filter(({ status }) => status !== "ok")];
  }
  const bySummary = Map.groupBy(right, ({ summary }) => summary);
  const told = new Set<string>();
  return checks.flatMap((one) => {
    const alike = one.status === "ok" ? (bySummary.get(one.summary) ?? []) : [];
    if (alike.length < MANY) return [one];
    if (told.has(one.summary)) return [];
    told.add(one.summary);
    return [{ ...one, subject: alike.map(({ subject }) => subject ?? "").join(", ") }];
  });
}

function drawCheck({ check, subject, status, summary, fix }: Check, screen: Screen): readonly string[] {
  const head = `${screen.paint(STYLES[status], padded(status, LONGEST_STATUS))} ${padded(check, LONGEST_CHECK)} `;
  const margin = " ".repeat(LONGEST_STATUS + LONGEST_CHECK + 2);
  // Where there is no room beside the names, the text goes below them.
  const room = screen.columns === null ? null : Math.max(screen.columns - margin.length, margin.length);
  const about = subject === null ? "" : `${oneLine(subject)}: `;
  const [first = "", ...rest] = wrapped(`${about}${oneLine(summary)}`, room);
  const mends = (fix ?? "").split("\n").flatMap((line) => (line === "" ? [] : [oneLine(line)]));
  return [
    head + first,
    ...rest.map((line) => margin + line),
    // Commands are there to be copied, so they are not broken into lines.
    ...mends.map((line) => `${margin}${screen.paint("cyan", `> ${line}`)}`),
  ].map((line) => line.trimEnd());
}

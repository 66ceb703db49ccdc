/** Errors and warnings as a person reads them on standard error. */
import type { Diagnostic } from "../framework/diagnostics.ts";
import { presentable } from "../framework/presentable.ts";
import { optionOf } from "./option-name.ts";
import type { Screen } from "./screen.ts";
import { wrapped } from "./text.ts";

/** Writes each message, with the option that it is about. */
export function printDiagnostics(diagnostics: Iterable<Diagnostic>, screen: Screen): void {
  for (const { severity, summary, detail, path } of diagnostics) {
    const [step] = path;
    const attribute = step?.kind === "attribute" ? step.name : null;
    const option = attribute === null ? null : optionOf(attribute);
    if (attribute === null || option === null) printMessage(screen, severity, summary, detail);
    else printMessage(screen, severity, `${summary} (${option})`, withOption(detail, attribute, option));
  }
}

/** The text with the option where it begins with the attribute that is wrong: `timeout is 301, …`. */
function withOption(detail: string, attribute: string, option: string): string {
  return detail.startsWith(`${attribute} is `) ? `${option}${detail.slice(attribute.length)}` : detail;
}

/** Writes one message: a first line, and the rest below it. */
export function printMessage(
  screen: Screen,
  severity: "error" | "warning",
  summary: string,
  detail: string,
): void {
  const head = screen.paint(severity === "error" ? "red" : "yellow", `${severity}:`);
  const columns = screen.columns === null ? null : screen.columns - MARGIN.length;
  const lines = wrapped(presentable(detail), columns).map((line) => (line === "" ? "" : `${MARGIN}${line}`));
  screen.write(`${head} ${screen.paint("bold", presentable(summary))}\n${lines.join("\n")}\n`);
}

const MARGIN = "  ";

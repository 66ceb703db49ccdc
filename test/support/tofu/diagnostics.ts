import { isJsonObject } from "../pve/json.ts";
import type { Run } from "./process.ts";

/** A warning or an error as OpenTofu reports it in JSON, unwrapped. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  /** The resource or data source it belongs to, or null. */
  readonly address: string | null;
  /** The configuration it points at: text of the line and the part of it that is marked; null without one. */
  readonly snippet: {
    readonly context: string | null;
    readonly code: string;
    readonly marked: string;
  } | null;
}

/** The diagnostics of `validate -json` (one object) and of `plan -json`, `apply -json` (one object a line). */
export function diagnosticsOf(run: Run): Diagnostic[] {
  const values = run.stdout.trimStart().startsWith("{\n") ? [run.stdout] : run.stdout.split("\n");
  return values
    .filter((text) => text.trimStart().startsWith("{"))
    .map((text): unknown => JSON.parse(text))
    .flatMap((value) => {
      if (!isJsonObject(value)) return [];
      if (Array.isArray(value["diagnostics"])) return value["diagnostics"];
      return value["type"] === "diagnostic" ? [value["diagnostic"]] : [];
    })
    .map(readDiagnostic);
}

/**
 * The output as a person reads it, without the frame and the line breaks that OpenTofu puts into it for the width of
 * the terminal: every run of white space is one space.
 */
export function flowingText(output: string): string {
  return output
    .replace(/^[│╷╵]\s?/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}

function readDiagnostic(value: unknown): Diagnostic {
  if (!isJsonObject(value)) throw new Error(`not a diagnostic: ${JSON.stringify(value)}`);
  const { severity, summary, detail = "", address = null, snippet } = value;
  if ((severity !== "error" && severity !== "warning") || typeof summary !== "string") {
    throw new Error(`not a diagnostic: ${JSON.stringify(value)}`);
  }
  return {
    severity,
    summary,
    detail: String(detail),
    address: typeof address === "string" ? address : null,
    snippet: isJsonObject(snippet) ? readSnippet(snippet) : null,
  };
}

function readSnippet(snippet: Readonly<Record<string, unknown>>): Diagnostic["snippet"] {
  const code = String(snippet["code"]);
  const start = Number(snippet["highlight_start_offset"]);
  const end = Number(snippet["highlight_end_offset"]);
  const context = snippet["context"];
  return {
    context: typeof context === "string" ? context : null,
    code,
    marked: Buffer.from(code).subarray(start, end).toString(),
  };
}

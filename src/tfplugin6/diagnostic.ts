/** Diagnostics on the wire. */
import type { Path, PathStep } from "../cty/path.ts";
import type { Diagnostic as FrameworkDiagnostic } from "../framework/diagnostics.ts";
import { type AttributePath_Step, type Diagnostic, Diagnostic_Severity } from "./gen/tfplugin6.ts";

/** Diagnostics for an answer, with paths as steps that the host can follow in the configuration. */
export function encodeDiagnostics(diagnostics: readonly FrameworkDiagnostic[]): Diagnostic[] {
  return diagnostics.map(({ severity, summary, detail, path }) => ({
    severity: severity === "error" ? Diagnostic_Severity.ERROR : Diagnostic_Severity.WARNING,
    summary,
    detail,
    // A path without steps would be invalid; an absent path means the whole.
    attribute: path.length === 0 ? undefined : { steps: encodePath(path) },
  }));
}

function encodePath(path: Path): AttributePath_Step[] {
  return path.map((step) => ({ selector: encodeStep(step) }));
}

function encodeStep(step: PathStep): AttributePath_Step["selector"] {
  switch (step.kind) {
    case "attribute":
      return { $case: "attributeName", value: step.name };
    case "key":
      return { $case: "elementKeyString", value: step.key.toWellFormed() };
    case "index":
      return { $case: "elementKeyInt", value: BigInt(step.index) };
  }
}

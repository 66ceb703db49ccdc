/** What the provider tells its user: errors and warnings, each with the attribute that caused it. */
import { formatPath, type Path } from "../cty/path.ts";
import type { ErrorSummary, WarningSummary } from "./message.ts";

export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** An `ErrorSummary` or a `WarningSummary`, as it is shown. */
  readonly summary: string;
  /** The cause, what was tried, and the remedy. */
  readonly detail: string;
  /** The attribute that is wrong; empty for the whole. */
  readonly path: Path;
}

/** An error: the request was not carried out. */
export function errorDiagnostic(summary: ErrorSummary, detail: string, path: Path = []): Diagnostic {
  return { severity: "error", summary, detail, path };
}

/** A warning: the request was carried out, but the user should know something. */
export function warningDiagnostic(summary: WarningSummary, detail: string, path: Path = []): Diagnostic {
  return { severity: "warning", summary, detail, path };
}

/** Diagnostics in the order in which they were found, each only once. */
export class Diagnostics implements Iterable<Diagnostic> {
  readonly #byContent = new Map<string, Diagnostic>();

  add({ severity, summary, detail, path }: Diagnostic): void {
    const content = JSON.stringify([severity, summary, detail, formatPath(path)]);
    if (!this.#byContent.has(content)) this.#byContent.set(content, { severity, summary, detail, path });
  }

  addAll(diagnostics: Iterable<Diagnostic>): void {
    for (const diagnostic of diagnostics) this.add(diagnostic);
  }

  error(summary: ErrorSummary, detail: string, path: Path = []): void {
    this.add(errorDiagnostic(summary, detail, path));
  }

  warning(summary: WarningSummary, detail: string, path: Path = []): void {
    this.add(warningDiagnostic(summary, detail, path));
  }

  get hasErrors(): boolean {
    return this.errors.length > 0;
  }

  get errors(): readonly Diagnostic[] {
    return [...this].filter((diagnostic) => diagnostic.severity === "error");
  }

  /** Throws everything collected if there is an error in it. The warnings are thrown too, so none is lost. */
  throwErrors(): void {
    if (this.hasErrors) throw new DiagnosticError([...this]);
  }

  [Symbol.iterator](): Iterator<Diagnostic> {
    return this.#byContent.values();
  }
}

/** An error that is shown to the user as it is. Any other error counts as a bug in the provider. */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: Diagnostic | readonly Diagnostic[], options?: ErrorOptions) {
    const all: readonly Diagnostic[] = "severity" in diagnostics ? [diagnostics] : diagnostics;
    super(all.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n"), options);
    this.diagnostics = all;
  }
}

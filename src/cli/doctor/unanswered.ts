/** Questions that Proxmox refuses or fails to answer. Each is reported in place of the check that needs it. */
import { DiagnosticError } from "../../framework/diagnostics.ts";
import { ProxmoxError } from "../../proxmox/errors.ts";
import { hintedAdvice } from "../option-hint.ts";
import {
  CHECKS,
  type Check,
  type CheckName,
  check,
  type Finding,
  type Status,
  withoutStop,
} from "./check.ts";

interface Asked {
  readonly check: CheckName;
  readonly subject?: string;
  /** The status when it cannot be answered; default `error`: a read fails. */
  readonly status?: Exclude<Status, "ok">;
}

export class Unanswered {
  readonly #told: { readonly check: Check; readonly error: ProxmoxError | null }[] = [];

  /**
   * The answer; null where there is none, which is then reported. @throws ProxmoxError when it is cancelled; bugs are thrown
   * too.
   */
  async answer<T>({ check: name, subject, status }: Asked, asking: Promise<T>): Promise<T | null> {
    try {
      return await asking;
    } catch (error) {
      const cause = error instanceof DiagnosticError ? (error.cause ?? error) : error;
      if (cause instanceof ProxmoxError && cause.code !== "cancelled") {
        this.#told.push({ check: check(name, subject ?? null, findingOf(cause, status)), error: cause });
        return null;
      }
      if (!(cause instanceof DiagnosticError)) throw error;
      const summary = `cannot be read: ${cause.diagnostics.map(({ detail }) => withoutStop(detail)).join("; ")}`;
      this.#told.push({
        check: check(name, subject ?? null, { status: status ?? "error", summary }),
        error: null,
      });
      return null;
    }
  }

  /**
   * The checks in their order, with one for each question without an answer. A missing privilege and an absent node have checks
   * of their own. They are not reported again for every question that fails because of them.
   */
  among(checks: readonly Check[]): readonly Check[] {
    const lacking = checks.flatMap((one) =>
      one.check === "privileges" && one.status !== "ok" ? [one.subject ?? "/"] : [],
    );
    const isTold = (path: string): boolean => lacking.some((root) => root === "/" || path.startsWith(root));
    const away = new Set(
      checks.flatMap((one) => (one.check === "nodes" && one.status !== "ok" ? [one.subject] : [])),
    );
    const told = this.#told.filter(({ check: { subject }, error }) => {
      if (error?.missing != null && isTold(error.missing.path)) return false;
      return subject === null || !away.has(subject);
    });
    return [...checks, ...told.map((one) => one.check)].sort(
      (a, b) => CHECKS.indexOf(a.check) - CHECKS.indexOf(b.check),
    );
  }
}

function findingOf(error: ProxmoxError, status: Exclude<Status, "ok"> = "error"): Finding {
  return {
    status,
    summary: `cannot be read: ${withTried(error.problem, error.tried)}`,
    fix: hintedAdvice(error),
  };
}

/** A problem on one line, with what was tried. */
export function withTried(problem: string, tried: string): string {
  return `${withoutStop(problem)}${tried === "" ? "" : `; tried: ${tried}`}`;
}

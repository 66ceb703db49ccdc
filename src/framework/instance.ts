/** What `configure` made of the latest configuration, or why there is nothing. */
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "./diagnostics.ts";

type State<I> =
  | { readonly kind: "unconfigured" }
  | { readonly kind: "failed" }
  | { readonly kind: "waiting"; readonly attributes: readonly string[] }
  | { readonly kind: "incomplete"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "ready"; readonly instance: I };

/** An instance and how many reads still use it. */
interface Held<I> {
  readonly instance: I;
  users: number;
  /** Whether a later configuration has taken its place. */
  replaced: boolean;
}

/**
 * Holds the instance that reads get. On reattach one process is configured again and again, also concurrently. The
 * configuration that began last counts. A replaced instance is released when the last read that uses it has ended.
 */
export class InstanceHolder<I> {
  #state: State<I> = { kind: "unconfigured" };
  #held: Held<I> | null = null;
  #latest = 0;
  readonly #release: (instance: I) => void;

  constructor(release: (instance: I) => void) {
    this.#release = release;
  }

  /**
   * Starts a configuration. What is stored through the returned function counts unless a later configuration has
   * started.
   */
  begin(): (state: State<I>) => void {
    const turn = ++this.#latest;
    return (state) => {
      const held: Held<I> | null =
        state.kind === "ready" ? { instance: state.instance, users: 0, replaced: false } : null;
      if (turn !== this.#latest) {
        if (held !== null) this.#release(held.instance);
        return;
      }
      const former = this.#held;
      this.#state = state;
      this.#held = held;
      if (former === null) return;
      former.replaced = true;
      if (former.users === 0) this.#release(former.instance);
    };
  }

  /**
   * Calls `work` with the instance; `action` says what it is for.
   * @throws DiagnosticError when there is no instance; what `work` throws
   */
  async use<T>(action: string, work: (instance: I) => Promise<T>): Promise<T> {
    const held = this.#held;
    if (held === null) throw this.#missing(action);
    held.users += 1;
    try {
      return await work(held.instance);
    } finally {
      held.users -= 1;
      if (held.replaced && held.users === 0) this.#release(held.instance);
    }
  }

  #missing(action: string): DiagnosticError {
    const state = this.#state;
    if (state.kind === "waiting") {
      return new DiagnosticError(
        errorDiagnostic("Provider Configuration Not Yet Known", waitingText(action, state.attributes)),
      );
    }
    if (state.kind === "incomplete") return new DiagnosticError(state.diagnostics);
    const why =
      state.kind === "failed"
        ? ": the configuration of the provider failed."
        : " before the provider is configured.";
    return new DiagnosticError(errorDiagnostic("Provider Not Configured", `${action} is not possible${why}`));
  }
}

function waitingText(action: string, attributes: readonly string[]): string {
  const names = attributes.map((name) => JSON.stringify(name)).join(", ");
  const [subject, verb] = attributes.length === 1 ? ["attribute", "is"] : ["attributes", "are"];
  return (
    `${action} is not possible yet: the ${subject} ${names} in the configuration of the provider ${verb} known only ` +
    "after apply.\n\nUse a value that is known when planning, or apply what it comes from first, with -target."
  );
}

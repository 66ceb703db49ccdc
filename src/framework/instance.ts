/** What `configure` made of the latest configuration, or why there is nothing. */
import { DiagnosticError, errorDiagnostic } from "./diagnostics.ts";

type State<I> =
  | { readonly kind: "unconfigured" }
  | { readonly kind: "failed" }
  | { readonly kind: "waiting"; readonly attributes: readonly string[] }
  | { readonly kind: "ready"; readonly instance: I };

/**
 * Holds the instance that reads get. On reattach one process is configured again and again, and concurrently:
 * the configuration that began last is the one that counts.
 */
export class InstanceHolder<I> {
  #state: State<I> = { kind: "unconfigured" };
  #latest = 0;

  /** Announces a configuration. What is stored through the returned function counts unless a later one has begun. */
  begin(): (state: State<I>) => void {
    const turn = ++this.#latest;
    return (state) => {
      if (turn === this.#latest) this.#state = state;
    };
  }

  /**
   * The instance, for whatever `action` says is to be done with it.
   * @throws DiagnosticError when there is none
   */
  get(action: string): I {
    const state = this.#state;
    switch (state.kind) {
      case "ready":
        return state.instance;
      case "waiting":
        throw new DiagnosticError(
          errorDiagnostic("Provider Configuration Not Yet Known", waitingText(action, state.attributes)),
        );
      case "failed":
        throw new DiagnosticError(
          errorDiagnostic(
            "Provider Not Configured",
            `${action} is not possible: the configuration of the provider failed.`,
          ),
        );
      case "unconfigured":
        throw new DiagnosticError(
          errorDiagnostic(
            "Provider Not Configured",
            `${action} is not possible before the provider is configured.`,
          ),
        );
    }
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

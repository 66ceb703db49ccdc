/** The environment variables of the process, handed in. */
export type Environment = { readonly [name: string]: string | undefined };

/** The value of the first variable that is set; the empty text counts as unset, as in bpg's utils/env.go. */
export function firstSet(environment: Environment, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined && value !== "") return value;
  }
  return null;
}

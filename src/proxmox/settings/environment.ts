/** The environment variables of the process, passed in. */
export type Environment = { readonly [name: string]: string | undefined };

/** The value of the first variable that is set. The empty text counts as not set, as in bpg's utils/env.go. */
export function firstSet(environment: Environment, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined && value !== "") return value;
  }
  return null;
}

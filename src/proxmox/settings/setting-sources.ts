/** Where settings may come from, and the problems with them. */
import { type Environment, firstSet } from "./environment.ts";

/** The provider's arguments; null and absent are the same. */
export interface ProviderArguments {
  readonly endpoint?: string | null;
  readonly endpoints?: readonly string[] | null;
  readonly api_token?: string | null;
  readonly auth_ticket?: string | null;
  readonly csrf_prevention_token?: string | null;
  readonly username?: string | null;
  readonly password?: string | null;
  readonly otp?: string | null;
  readonly insecure?: boolean | null;
  readonly min_tls?: string | null;
  readonly ca_file?: string | null;
  readonly ca_pem?: string | null;
  readonly fingerprints?: readonly string[] | null;
  readonly timeout?: number | null;
  readonly max_retries?: number | null;
}

export type ArgumentName = keyof ProviderArguments;

export interface SettingProblem {
  /** `missing`: while the configuration is only validated, there may be a value later. */
  readonly kind: "invalid" | "missing";
  readonly attribute: ArgumentName;
  /** The element of a list that is wrong. */
  readonly index: number | null;
  /** The environment variable of the value; null for the argument itself. */
  readonly variable: string | null;
  /** What is wrong and how to mend it, without secrets. */
  readonly message: string;
}

/** A value and its variable; null for an argument. */
export interface Sourced<T> {
  readonly value: T;
  readonly variable: string | null;
}

/** A text that is no valid value of a setting. The message says why and how it should look, and repeats no secret. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** The settings that are secrets, and their variables. */
export const SECRETS = {
  api_token: "PROXMOX_VE_API_TOKEN",
  auth_ticket: "PROXMOX_VE_AUTH_TICKET",
  csrf_prevention_token: "PROXMOX_VE_CSRF_PREVENTION_TOKEN",
  password: "PROXMOX_VE_PASSWORD",
  otp: "PROXMOX_VE_OTP",
} as const satisfies { readonly [name in ArgumentName]?: string };

/** Follows a user name, and perhaps a password, in a URL; also percent-encoded. */
export const USER_MARK = /@|%40/;

/** What a secret looks like in arguments that should hold none. */
const MISPLACED: { readonly [name in ArgumentName]?: RegExp } = {
  endpoint: USER_MARK,
  endpoints: USER_MARK,
  ca_file: /PRIVATE KEY/,
  ca_pem: /PRIVATE KEY/,
};

/**
 * The arguments whose place no message may have, since hosts quote all that is written there: those that are secrets, and those
 * that hold one by mistake, in any element.
 */
export function secretPlaces(args: ProviderArguments): ReadonlySet<ArgumentName> {
  const holding = (Object.keys(MISPLACED) as (keyof typeof MISPLACED)[]).filter((name) =>
    [args[name] ?? ""].flat().some((text) => MISPLACED[name]?.test(String(text)) === true),
  );
  return new Set([...(Object.keys(SECRETS) as (keyof typeof SECRETS)[]), ...holding]);
}

type NamesOf<T> = {
  [Name in ArgumentName]-?: NonNullable<ProviderArguments[Name]> extends T ? Name : never;
}[ArgumentName];

/** Finds settings in the arguments and the environment, and collects problems. */
export class SettingSources {
  readonly args: ProviderArguments;
  readonly #environment: Environment;
  readonly #problems: SettingProblem[] = [];

  constructor(args: ProviderArguments, environment: Environment) {
    this.args = args;
    this.#environment = environment;
  }

  get problems(): readonly SettingProblem[] {
    return this.#problems;
  }

  /** Notes that a value is wrong. The message names its variable. */
  invalid(
    attribute: ArgumentName,
    variable: string | null,
    message: string,
    index: number | null = null,
  ): void {
    const prefix = variable === null ? "" : `${variable}: `;
    this.#problems.push({ kind: "invalid", attribute, index, variable, message: prefix + message });
  }

  /** Notes that a value is needed but was not found. */
  missing(attribute: ArgumentName, message: string): void {
    this.#problems.push({ kind: "missing", attribute, index: null, variable: null, message });
  }

  /** The result of `read` for a value. When it throws SettingError, this is noted and the result is null. */
  checked<T>(
    attribute: ArgumentName,
    { value, variable }: Sourced<string>,
    read: (value: string) => T,
    index: number | null = null,
  ): T | null {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      this.invalid(attribute, variable, error.message, index);
      return null;
    }
  }

  /** A secret that is not empty. */
  secret(attribute: keyof typeof SECRETS): Sourced<string> | null {
    return this.text(attribute, SECRETS[attribute]);
  }

  /** The value of an environment variable; null when it is empty or not set. */
  variable(name: string): Sourced<string> | null {
    const value = firstSet(this.#environment, name);
    return value === null ? null : { value, variable: name };
  }

  /** A text that is not empty, from the argument or otherwise from the variable. */
  text(attribute: NamesOf<string>, variable: string): Sourced<string> | null {
    const argument = this.args[attribute] ?? null;
    if (argument === null) return this.variable(variable);
    return argument === "" ? null : { value: argument, variable: null };
  }

  /** A list from the argument, or otherwise from the variable, with commas between its elements. Empty elements are dropped. */
  list(attribute: NamesOf<readonly string[]>, variable: string): readonly Sourced<string>[] | null {
    const argument = this.args[attribute] ?? null;
    if (argument !== null) {
      if (argument.length === 0) {
        this.invalid(attribute, null, `${attribute} is an empty list; leave the argument out instead.`);
      }
      return argument.map((value) => ({ value, variable: null }));
    }
    const texts = (this.variable(variable)?.value ?? "")
      .split(",")
      .map((text) => text.trim())
      .filter((text) => text !== "");
    return texts.length === 0 ? null : texts.map((value) => ({ value, variable }));
  }

  /** Only the values `true` and `1` of a variable are true, as in bpg's utils/env.go. */
  flag(attribute: NamesOf<boolean>, variable: string): boolean {
    const value = this.variable(variable)?.value;
    return this.args[attribute] ?? (value === "true" || value === "1");
  }

  /** A whole number within its bounds. `fallback` when there is none, or a wrong one, which is noted as a problem. */
  wholeNumber(
    attribute: NamesOf<number>,
    variable: string,
    { fallback, min, max, what }: { fallback: number; min: number; max: number; what: string },
  ): number {
    const argument = this.args[attribute] ?? null;
    const text = argument === null ? this.variable(variable)?.value.trim() : undefined;
    if (argument === null && text === undefined) return fallback;
    const value = argument ?? (/^\d{1,15}$/.test(text ?? "") ? Number(text) : Number.NaN);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    this.invalid(
      attribute,
      argument === null ? variable : null,
      `${argument === null ? JSON.stringify(text) : argument} is not ${what} from ${min} to ${max}.`,
    );
    return fallback;
  }
}

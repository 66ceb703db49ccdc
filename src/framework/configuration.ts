/** Reads a configuration of the user by its attributes. */
import { formatPath, type Path } from "../cty/path.ts";
import type { CtyUnknown } from "../cty/unknown.ts";
import type { CtyValue } from "../cty/value.ts";
import { argumentValue } from "./argument.ts";
import {
  type Attribute,
  type Attributes,
  type ConfigurationOf,
  isArgument,
  valueTypeOf,
} from "./attribute.ts";
import { DiagnosticError, Diagnostics } from "./diagnostics.ts";
import { holdsSensitive, withoutTexts } from "./sensitive.ts";
import { isUnknown } from "./unknown.ts";

/** Thrown by `known`: the provider has to wait for these attributes. */
export class NotYetKnownError extends Error {
  override readonly name = "NotYetKnownError";
  readonly attributes: readonly string[];
  constructor(attributes: readonly string[]) {
    super(`not yet known: ${attributes.join(", ")}`);
    this.attributes = attributes;
  }
}

/**
 * Thrown by a provider's `configure` when something is missing that only reads need; then every read fails with it.
 * OpenTofu 1.10 and earlier also configure a provider, with nothing, when only its functions are used.
 */
export class IncompleteConfigurationError extends DiagnosticError {}

/** A configuration without its unknowns. */
export type Known<C> = { readonly [K in keyof C]: Exclude<C[K], CtyUnknown> };

/**
 * The configuration, when all of it is known.
 * @throws NotYetKnownError with the names of the attributes that are not known
 */
export function known<C extends object>(configuration: C): Known<C> {
  const waiting = unknownNames(configuration);
  if (waiting.length > 0) throw new NotYetKnownError(waiting);
  return configuration as Known<C>;
}

/** The attributes that are partly or wholly unknown. */
export function unknownNames(configuration: object): readonly string[] {
  return Object.entries(configuration)
    .filter(([, value]) => isUnknown(value))
    .map(([name]) => name);
}

/**
 * Reads what the user set, and runs every validator whose value is known. If the whole is null, nothing is set. Hosts
 * expect the provider to refuse values for results.
 * @returns values that are unknown or wrong as `CtyUnknown`; when any is wrong, `diagnostics` has errors
 */
export function readConfiguration<A extends Attributes>(
  attributes: A,
  value: CtyValue,
  diagnostics: Diagnostics,
): ConfigurationOf<A> {
  refuseResults(attributes, value, diagnostics);
  const entries = Object.entries(attributes).filter(([, attribute]) => isArgument(attribute));
  const values = entries.map(([name, attribute]) => {
    const path: Path = [{ kind: "attribute", name }];
    return [name, readAttribute(attribute, memberOf(value, name), path, diagnostics)];
  });
  return Object.fromEntries(values) as ConfigurationOf<A>;
}

function refuseResults(attributes: Attributes, value: CtyValue, diagnostics: Diagnostics): void {
  if (!(value instanceof Map)) return;
  for (const [name, attribute] of Object.entries(attributes)) {
    if (isArgument(attribute) || memberOf(value, name) === null) continue;
    const problem = `${name} is a result of the read and cannot be set. Remove it from the configuration.`;
    diagnostics.error("Read-Only Attribute", problem, [{ kind: "attribute", name }]);
  }
}

function memberOf(value: CtyValue, name: string): CtyValue {
  if (isUnknown(value)) return value;
  return value instanceof Map ? (value.get(name) ?? null) : null;
}

function readAttribute(attribute: Attribute, value: CtyValue, at: Path, diagnostics: Diagnostics): unknown {
  if (value === null) {
    if (attribute.mode === "required") {
      diagnostics.error("Missing Required Argument", `${formatPath(at)} is required, and has no value.`, at);
    }
    return null;
  }
  const type = valueTypeOf(attribute.type);
  if (!holdsSensitive(attribute)) return argumentValue(type, value, at, diagnostics);
  const found = new Diagnostics();
  const converted = argumentValue(type, value, at, found);
  for (const diagnostic of found) diagnostics.add(withoutTexts(diagnostic, value));
  return converted;
}

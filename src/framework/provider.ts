/**
 * A provider is one object: attributes of its configuration, `configure`, data sources and functions. What `configure`
 * returns, here a `Cluster`, is the instance that the data sources work with.
 *
 * ```ts
 * export const example = provider({
 *   name: "example",
 *   description: "…",
 *   bugReports: "https://example.org/issues",
 *   attributes: { endpoint: required(text, "URL of the API.") },
 *   configure(configuration, { signal }): Promise<Cluster> {
 *     const { endpoint } = known(configuration); // a string; while it is unknown, every read fails and says so
 *     return Cluster.at(endpoint, signal);
 *   },
 *   dataSources: [nodes],
 *   functions: [mappingName],
 * });
 * ```
 */

import type { Logger } from "../logger.ts";
import type { Attributes, ConfigurationOf } from "./attribute.ts";
import type { DataSource } from "./data-source.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { ProviderFunction } from "./function.ts";

/** What `configure` gets besides the configuration. */
export interface ConfigureContext {
  /** The host's own version string. OpenTofu 1.12 and later report 1.13.0. */
  readonly terraformVersion: string;
  /** Aborted when the host asks the provider to stop. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Warnings for the user. If there is an error in it, `configure` fails when it returns. */
  readonly diagnostics: Diagnostics;
}

export interface Provider<A extends Attributes, I> {
  /** Its type: "gpuhost". The names of its data sources begin with it. */
  readonly name: string;
  /** Markdown. */
  readonly description: string;
  /** URL at which users report bugs. */
  readonly bugReports: string;
  readonly attributes: A;
  /**
   * Checks several attributes together, after each is valid by itself. One that is partly or wholly unknown is a
   * `CtyUnknown`.
   */
  validate?(configuration: ConfigurationOf<A>, diagnostics: Diagnostics): void;
  /**
   * Makes the instance for the data sources. Hosts call this for a plan even while attributes are unknown. So pass the
   * configuration through `known`. Then, until a later configuration has all values, reads fail with an error that names
   * the unknown attributes. Runs again for every new configuration; reads that are under way keep their instance.
   */
  configure(configuration: ConfigurationOf<A>, context: ConfigureContext): I | Promise<I>;
  /** Releases an instance after a later configuration has replaced it and no read uses it any more. */
  release?(instance: I): void | Promise<void>;
  readonly dataSources: readonly DataSource<Attributes, I>[];
  readonly functions: readonly ProviderFunction[];
}

/** Defines a provider; TypeScript checks that the data sources accept what `configure` returns. */
export function provider<A extends Attributes, I>(definition: Provider<A, I>): Provider<A, I> {
  return definition;
}

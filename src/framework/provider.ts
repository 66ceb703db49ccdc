/**
 * A provider: its configuration, what it makes of it, its data sources and functions.
 *
 * ```ts
 * export const example = provider({
 *   name: "example",
 *   description: "…",
 *   bugReports: "https://example.org/issues",
 *   attributes: { endpoint: required(text, "URL of the API.") },
 *   configure(configuration, { signal }): Promise<Cluster> {
 *     const { endpoint } = known(configuration); // string, or reads wait until it is known
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

/** What `configure` has at hand beside the configuration. */
export interface ConfigureContext {
  /** Version of the host, as it calls itself. OpenTofu 1.12 and later call themselves 1.13.0. */
  readonly terraformVersion: string;
  /** Aborted when the host asks the provider to stop. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Warnings for the user; an error in here makes `configure` fail once it returns. */
  readonly diagnostics: Diagnostics;
}

export interface Provider<A extends Attributes, I> {
  /** Its type: "gpuhost". The names of the data sources begin with it. */
  readonly name: string;
  /** Markdown. */
  readonly description: string;
  /** URL at which users report bugs. */
  readonly bugReports: string;
  readonly attributes: A;
  /** Checks that concern several attributes, when each is right by itself. What is not known is a `CtyUnknown`. */
  validate?(configuration: ConfigurationOf<A>, diagnostics: Diagnostics): void;
  /**
   * Makes what the data sources work with. Hosts call this at plan even while attributes are unknown: pass the
   * configuration through `known`, and reads answer with an error that names these attributes until a later
   * configuration has them. Runs again for every new configuration; reads in flight keep the instance they have.
   */
  configure(configuration: ConfigurationOf<A>, context: ConfigureContext): I | Promise<I>;
  /** Gives back what an instance holds, when a later configuration has replaced it and no read works with it any more. */
  release?(instance: I): void | Promise<void>;
  readonly dataSources: readonly DataSource<Attributes, I>[];
  readonly functions: readonly ProviderFunction[];
}

/** Defines a provider; TypeScript holds the data sources against what `configure` returns. */
export function provider<A extends Attributes, I>(definition: Provider<A, I>): Provider<A, I> {
  return definition;
}

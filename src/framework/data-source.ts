/**
 * A data source is one object: a name, attributes, and `read`. This one is part of a provider for a `Cluster`, the class of
 * what its `configure` returns:
 *
 * ```ts
 * export const nodes = dataSource({
 *   name: "nodes",
 *   description: "The nodes of the cluster.",
 *   attributes: {
 *     names: optional(list(checked(text, nodeName)), "Only these nodes. Default: every member."),
 *     nodes: computed(
 *       nestedList({
 *         name: computed(text, "Name of the node."),
 *         version: computed(nullable(text), "Version of Proxmox VE; null while the node is offline."),
 *       }),
 *       "The nodes, ordered by name.",
 *     ),
 *   },
 *   async read({ names }, { instance, signal, diagnostics }: ReadContext<Cluster>) {
 *     const found = await instance.nodes(names, signal); // names: readonly string[] | null
 *     if (found.length === 0) diagnostics.error("Invalid Value", "No node has such a name.", path("names"));
 *     return { nodes: found }; // checked: all members are there, and no others
 *   },
 * });
 * ```
 *
 * The types of the arguments and of the result follow from `attributes`. A read fails when it has added an error to
 * `diagnostics`, or throws a `DiagnosticError`. Anything else that is thrown is shown as a bug. Each summary, such as
 * "Invalid Value", is in a table of messages (`message.ts`).
 */

import type { Logger } from "../logger.ts";
import type { ArgumentsOf, Attributes, ConfigurationOf, ResultsOf } from "./attribute.ts";
import type { Diagnostics } from "./diagnostics.ts";

/** What a read works with, besides its arguments. */
export interface ReadContext<I> {
  /** What `configure` of the provider returned last. */
  readonly instance: I;
  /** Aborted when the host asks the provider to stop. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Warnings for the user. If there is an error in it, the read fails when it returns. */
  readonly diagnostics: Diagnostics;
}

export interface DataSource<A extends Attributes, I> {
  /** The name without the provider's prefix: "pci_devices" for `gpuhost_pci_devices`. */
  readonly name: string;
  /** Markdown. */
  readonly description: string;
  /** What to use instead, in Markdown. */
  readonly deprecated?: string;
  /** In the order of display: required, optional, computed. */
  readonly attributes: A;
  /**
   * Checks several arguments together, after each is valid by itself. An argument that is partly or wholly unknown is a
   * `CtyUnknown`. Runs at `tofu validate` and again before the read.
   */
  validate?(configuration: ConfigurationOf<A>, diagnostics: Diagnostics): void;
  /** Runs when every argument is known, with arguments that passed every check. */
  read(configuration: ArgumentsOf<A>, context: ReadContext<I>): ResultsOf<A> | Promise<ResultsOf<A>>;
}

/** Defines a data source. TypeScript infers its types from `attributes` and from the type of the context of `read`. */
export function dataSource<A extends Attributes, I>(definition: DataSource<A, I>): DataSource<A, I> {
  return definition;
}

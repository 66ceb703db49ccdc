/** Which devices the lines of mappings mean on their nodes. */
import type { Address, Slot } from "../address.ts";
import type { Host } from "../host.ts";
import type { MappingLine } from "../mapping-line.ts";
import { settle } from "../settlement.ts";

/** A mapping with its lines for all nodes. */
export interface LinedMapping {
  readonly name: string;
  readonly mediatedDevices: boolean;
  readonly lines: readonly MappingLine[];
}

/** A line, and what it covers: what is at its addresses, or what it may mean where it does not fit any more. */
export interface CoveredLine {
  readonly line: MappingLine;
  readonly addresses: readonly (Address | Slot)[];
  /** Whether it may be any of the addresses that is meant, or none. */
  readonly ambiguous: boolean;
}

/** All mappings that may be seen, and what their lines cover. */
export class Coverage {
  readonly #mappings: ReadonlyMap<string, LinedMapping>;
  readonly #hosts: ReadonlyMap<string, Host>;
  /** By node, then mapping. */
  readonly #settled = new Map<string, ReadonlyMap<string, readonly CoveredLine[]>>();

  /** @param hosts what was read: of a node that was not, lines cover what is written in them. */
  constructor(mappings: readonly LinedMapping[], hosts: readonly Host[]) {
    this.#mappings = new Map(mappings.map((mapping) => [mapping.name, mapping]));
    this.#hosts = new Map(hosts.map((host) => [host.node, host]));
  }

  /** The mapping of that name; undefined where there is none, or none that may be seen. */
  mapping(name: string): LinedMapping | undefined {
    return this.#mappings.get(name);
  }

  /** The lines of a mapping for a node. */
  linesOf(name: string, node: string): readonly CoveredLine[] {
    const settled = this.#settled.get(node) ?? this.#settle(node);
    this.#settled.set(node, settled);
    return settled.get(name) ?? [];
  }

  #settle(node: string): ReadonlyMap<string, readonly CoveredLine[]> {
    const host = this.#hosts.get(node);
    const mappings = [...this.#mappings.values()].map((mapping) => ({
      ...mapping,
      lines: mapping.lines.filter((line) => line.node === node),
    }));
    const settlement = host === undefined ? null : settle(host, mappings);
    return new Map(
      mappings.map(({ name, lines }) => [
        name,
        lines.map((line) => ({
          line,
          addresses: settlement?.coverageOf(line) ?? line.addresses,
          // What cannot be read at all is taken as it is written.
          ambiguous:
            settlement
              ?.decisionsOf(line)
              .some(({ decision }) => decision.kind === "unknown" && decision.reason !== "unreadable") ??
            false,
        })),
      ]),
    );
  }
}

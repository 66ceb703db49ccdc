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

/** A line and what it covers: the devices at its addresses, or what it may mean if it does not fit any more. */
export interface CoveredLine {
  readonly line: MappingLine;
  readonly addresses: readonly (Address | Slot)[];
  /** Whether the line means any one of the addresses, or none. */
  readonly ambiguous: boolean;
}

/** All mappings that may be seen, and what their lines cover. */
export class Coverage {
  readonly #mappings: ReadonlyMap<string, LinedMapping>;
  readonly #hosts: ReadonlyMap<string, Host>;
  /** By node, then mapping. */
  readonly #settled = new Map<string, ReadonlyMap<string, readonly CoveredLine[]>>();

  /** @param hosts the nodes that were read. For other nodes, lines cover the addresses that are written in them. */
  constructor(mappings: readonly LinedMapping[], hosts: readonly Host[]) {
    this.#mappings = new Map(mappings.map((mapping) => [mapping.name, mapping]));
    this.#hosts = new Map(hosts.map((host) => [host.node, host]));
  }

  /** The mapping with this name; undefined when there is none, or it may not be seen. */
  mapping(name: string): LinedMapping | undefined {
    return this.#mappings.get(name);
  }

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
          ambiguous: settlement?.isAmbiguous(line) ?? false,
        })),
      ]),
    );
  }
}

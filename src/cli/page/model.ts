/** The model of the page: nodes with cards, as texts that are ready to show. */
import type { PciMappingsResult } from "../../provider/data-sources/pci-mappings/node-check.ts";
import type { PciMappingsReading } from "../../provider/data-sources/pci-mappings.ts";
import type { InspectedNode, Inspection } from "../inspect/inspection.ts";
import type { State } from "./state.ts";

export interface PageInput {
  /** Read with usage. */
  readonly inspection: Inspection;
  /** The mappings compared with the hardware of the nodes; null where they could not be read. */
  readonly mappings: PciMappingsReading | null;
  /** The URL that was asked. */
  readonly endpoint: string;
  /** The provider's version. */
  readonly version: string;
  readonly readAt: Date;
}

export type ExistingMapping = PciMappingsResult["mappings"] extends ReadonlyMap<string, infer M> ? M : never;

export interface PageModel {
  readonly endpoint: string;
  readonly version: string;
  readonly proxmoxVersion: string;
  /** `2026-11-27 10:52 UTC` */
  readonly readAt: string;
  readonly nodes: readonly PageNode[];
  /** Null where they could not be read. */
  readonly mappings: readonly PageMapping[] | null;
  readonly warnings: readonly { readonly summary: string; readonly detail: string }[];
}

export interface PageNode extends InspectedNode {
  /** Why the node was not read; null when it was. */
  readonly reason: string | null;
  readonly frames: readonly Frame[];
}

/** Cards that IOMMU groups tie together; nearly always a single card. */
export interface Frame {
  /** The groups that contain more than one of the cards. */
  readonly shared: readonly number[];
  readonly cards: readonly PageCard[];
}

export interface PageCard {
  readonly node: string;
  /** Slot or address. */
  readonly path: string;
  readonly name: string | null;
  /** `card`, `pf`, `vf`; `other` for what is no unit; `expected` for a card that only a mapping names. */
  readonly kind: "card" | "pf" | "vf" | "other" | "expected";
  /** In the order of STATES, at least one. */
  readonly states: readonly State[];
  readonly id: string | null;
  readonly subsystemId: string | null;
  readonly mdev: boolean;
  /** The mappings that name it. */
  readonly mappings: readonly string[];
  /** The name of a mapping of it; null for what is no unit. */
  readonly mappingName: string | null;
  readonly users: readonly string[];
  /** What a person should know of it, each as one sentence. */
  readonly notes: readonly string[];
  readonly functions: readonly PageFunction[];
  /** Other functions in its groups that are drawn nowhere else. */
  readonly peers: readonly PageFunction[];
  /** A mapping of it for bpg/proxmox; null where there is none to write. */
  readonly hcl: string | null;
}

export interface PageFunction {
  readonly path: string;
  readonly id: string;
  readonly subsystemId: string | null;
  readonly group: number | null;
  /** `gpu`, `audio` */
  readonly kind: string;
  readonly name: string | null;
  /** A host or PCI bridge: it ties no cards together. */
  readonly bridge: boolean;
}

export interface PageMapping {
  readonly name: string;
  readonly comment: string | null;
  readonly mediatedDevices: boolean;
  readonly valid: boolean;
  /** Nodes with a line or a message. */
  readonly nodes: readonly {
    readonly name: string;
    readonly status: string;
    readonly paths: readonly string[];
    readonly problems: readonly string[];
  }[];
  readonly hcl: string;
}

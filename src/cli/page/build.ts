/** From what was read to the model of the page. */

import { isHostBridge } from "../../pci/class.ts";
import type { PciDevice } from "../../pci/device.ts";
import type { Host } from "../../pci/host.ts";
import { grouplessOf, isGroupless, type Unit } from "../../pci/unit.ts";
import { enumerated } from "../../provider/wording.ts";
import { type Card, cardsOn } from "../inspect/card.ts";
import { classWord } from "../inspect/class-word.ts";
import { existingBlocks, freeName, isHeld, unitBlock } from "../inspect/hcl.ts";
import type { InspectedNode } from "../inspect/inspection.ts";
import { UsersIndex, usageParts } from "../inspect/usage-words.ts";
import { framesOf } from "./frames.ts";
import { byPlace, linesFor, type PlacedLine, speaksOf } from "./lines.ts";
import type {
  ExistingMapping,
  PageCard,
  PageFunction,
  PageInput,
  PageMapping,
  PageModel,
  PageNode,
} from "./model.ts";
import { STATES, type State } from "./state.ts";

/** Everything that the page shows, in its order. */
export function buildModel(input: PageInput): PageModel {
  return new Builder(input).model();
}

class Builder {
  readonly #input: PageInput;
  readonly #users: UsersIndex;
  readonly #mappings: ReadonlyMap<string, ExistingMapping>;
  readonly #hcl: ReadonlyMap<string, string>;
  /** Names of mappings that exist or that the page proposes. */
  readonly #taken: Set<string>;

  constructor(input: PageInput) {
    this.#input = input;
    this.#users = new UsersIndex(input.inspection.result);
    const { mappings } = input;
    this.#mappings = mappings?.result.mappings ?? new Map();
    this.#hcl = new Map(
      mappings?.mappings.map((mapping) => [mapping.name, textOf(existingBlocks(mapping, mappings))] as const),
    );
    this.#taken = new Set(this.#mappings.keys());
  }

  model(): PageModel {
    const { inspection, endpoint, version, readAt, mappings } = this.#input;
    return {
      endpoint,
      version,
      proxmoxVersion: inspection.proxmoxVersion,
      readAt: `${readAt.toISOString().slice(0, 16).replace("T", " ")} UTC`,
      nodes: inspection.nodes.flatMap((node) => this.#node(node)),
      mappings:
        mappings === null ? null : [...this.#mappings].map(([name, mapping]) => this.#mapping(name, mapping)),
      warnings: inspection.warnings.map(({ summary, detail }) => ({ summary, detail })),
    };
  }

  #node(node: InspectedNode): readonly PageNode[] {
    const { hosts, leftOut } = this.#input.inspection;
    const host = hosts.find((one) => one.node === node.name);
    const lines = linesFor(node.name, this.#mappings);
    if (host !== undefined) {
      const cards = this.#cards(host, lines);
      return [{ ...node, reason: null, frames: framesOf(cards) }];
    }
    const left = leftOut.find((one) => one.node === node.name);
    if (left === undefined) return [];
    const cards = [...byPlace(lines)].map(([path, there]) =>
      this.#expected(node.name, path, there, "offline"),
    );
    return [{ ...node, reason: left.reason, frames: framesOf(cards) }];
  }

  #cards(host: Host, lines: readonly PlacedLine[]): readonly PageCard[] {
    const cards = cardsOn(host, this.#input.inspection);
    const drawn = new Set(cards.flatMap(({ functions }) => functions));
    const nowhere = lines.filter((line) => !line.suggested && !speaksOf(line, host.devices));
    return [
      ...cards.map((card) => this.#card(card, lines, drawn)),
      ...[...byPlace(nowhere)].map(([path, there]) => this.#expected(host.node, path, there, "drifted")),
    ].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #card(card: Card, lines: readonly PlacedLine[], drawn: ReadonlySet<PciDevice>): PageCard {
    const { unit, functions, name, path } = card;
    const [first] = functions;
    const node = first?.node ?? "";
    const users = this.#users.of(
      node,
      functions.map((device) => device.path),
    );
    const ours = lines.filter((line) => speaksOf(line, functions));
    const drifted = ours.some(({ problems, suggested }) => suggested || problems.length > 0);
    const states: State[] = [
      ...(drifted ? ["drifted" as const] : []),
      ...(unit !== null && unit.isolated !== true ? ["not-isolated" as const] : []),
      useOf(users, unit !== null),
    ];
    const peers = unit?.groupPeers ?? [];
    const main = unit?.main ?? first;
    return {
      node,
      path,
      name,
      kind: unit?.kind ?? "other",
      states: inOrder(states),
      id: main?.id ?? null,
      subsystemId: main?.subsystemId ?? null,
      mdev: main?.mdev ?? false,
      mappings: [...new Set(ours.map(({ mapping }) => mapping))],
      mappingName: unit?.mappingName ?? null,
      users: states.includes("used") ? usageParts(users).map(({ text }) => text) : [],
      notes: [
        ...isolationNotes(card),
        ...ours.flatMap(lineNotes),
        ...(ours.length === 0 && this.#mayBeHeld(card) ? [MAY_BE_HELD] : []),
      ],
      functions: functions.map(pageFunction),
      peers: peers.filter((device) => !drawn.has(device)).map(pageFunction),
      hcl: this.#hclOf(card, ours),
    };
  }

  /** A card that only mappings name. */
  #expected(node: string, path: string, lines: readonly PlacedLine[], state: State): PageCard {
    const [first] = lines;
    const mappings = [...new Set(lines.map(({ mapping }) => mapping))];
    return {
      node,
      path,
      name: null,
      kind: "expected",
      states: [state],
      id: first?.line.id ?? null,
      subsystemId: first?.line.subsystem_id ?? null,
      mdev: false,
      mappings,
      mappingName: null,
      users: [],
      notes: lines.flatMap(lineNotes),
      functions: [],
      peers: [],
      hcl: mappings[0] === undefined ? null : (this.#hcl.get(mappings[0]) ?? null),
    };
  }

  /** Whether a mapping that names another address may mean this card. */
  #mayBeHeld({ unit }: Card): boolean {
    const { mappings } = this.#input;
    return unit !== null && mappings !== null && isHeld(unit, mappings);
  }

  #hclOf(card: Card, lines: readonly PlacedLine[]): string | null {
    const { unit } = card;
    const [line] = lines;
    if (line !== undefined) return this.#hcl.get(line.mapping) ?? null;
    // Where the mappings are not known, one may hold it or have its name; before Proxmox VE 8 there are none to make.
    if (unit === null || this.#input.mappings === null || this.#mayBeHeld(card)) return null;
    return textOf([unitBlock(unit, freeName(unit.mappingName, this.#taken))]);
  }

  #mapping(name: string, mapping: ExistingMapping): PageMapping {
    return {
      name,
      comment: mapping.comment,
      mediatedDevices: mapping.mediated_devices,
      valid: mapping.valid,
      nodes: [...Map.groupBy(mapping.entries, (line) => line.node)]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([node, lines]) => {
          const check = mapping.nodes.get(node);
          return {
            name: node,
            status: check?.status.replaceAll("_", " ") ?? "not checked",
            paths: lines.map(({ path }) => path),
            problems: (check?.problems ?? []).map(({ message }) => message),
          };
        }),
      hcl: this.#hcl.get(name) ?? "",
    };
  }
}

function textOf(blocks: readonly (readonly string[])[]): string {
  return blocks.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

const MAY_BE_HELD =
  "A mapping that no longer fits may mean it: look at the end of the page before you make another for it.";

function useOf(users: ReturnType<UsersIndex["of"]>, isUnit: boolean): State {
  if (users === null) return isUnit ? "unknown" : "other";
  if (users.length > 0) return "used";
  return isUnit ? "free" : "other";
}

function inOrder(states: readonly State[]): readonly State[] {
  return STATES.filter((state) => states.includes(state));
}

/** @param unit with a function in no IOMMU group that a guest would get. */
function noGroupNote(unit: Unit): string {
  const bare = grouplessOf(unit).map(({ path }) => path);
  const what = isGroupless(unit) ? "It is" : `${enumerated(bare)} of it ${bare.length === 1 ? "is" : "are"}`;
  return (
    `${what} in no IOMMU group, so no guest can have it. Switch the IOMMU on; where it is on, remove what takes ` +
    "single devices out, such as igfx_off, from the kernel command line of the host."
  );
}

function isolationNotes({ unit }: Card): readonly string[] {
  if (unit === null) return [];
  const live = unit.kind === "pf" ? ["It has live virtual functions: give guests those, not the card."] : [];
  const left =
    unit.leftBehind.length === 0
      ? []
      : [`${unit.path} does not take along ${unit.leftBehind.map(({ path }) => path).join(", ")}.`];
  if (unit.isolated === true) return [...live, ...left];
  if (unit.isolated === null) {
    return [noGroupNote(unit), ...live, ...left];
  }
  const peers = unit.groupPeers.map(({ path, name }) => (name === null ? path : `${path} ${name}`));
  return [`A guest that gets it takes from the host: ${peers.join("; ")}.`, ...live, ...left];
}

function lineNotes({ mapping, line, problems, suggested }: PlacedLine): readonly string[] {
  if (suggested) return [`${mapping} should name it: ${line.path}.`];
  return problems.map((problem) => `${mapping}: ${problem}`);
}

function pageFunction(device: PciDevice): PageFunction {
  const { path, id, subsystemId, iommuGroup, name } = device;
  return {
    path,
    id,
    subsystemId,
    group: iommuGroup,
    kind: classWord(device),
    name,
    bridge: isHostBridge(device),
  };
}

/** `inspect` as a tree: by node, card and IOMMU group. */
import type { PciDevice } from "../../pci/device.ts";
import type { NamedUnit } from "../../pci/mapping.ts";
import { grouplessOf, isGroupless } from "../../pci/unit.ts";
import type { Screen } from "../screen.ts";
import { drawLine, flow, type Part } from "../styled-line.ts";
import { oneLine, padded, widthOf } from "../text.ts";
import { type Card, cardsOn } from "./card.ts";
import { classWord } from "./class-word.ts";
import type { InspectedNode, Inspection } from "./inspection.ts";
import { UsersIndex, usageParts } from "./usage-words.ts";

/** The tree; no line is wider than the screen. */
export function drawTree(inspection: Inspection, screen: Screen): string {
  const tree = new Tree(inspection, screen);
  const lines = inspection.nodes.flatMap((node) => tree.node(node));
  return lines.map((line) => `${line}\n`).join("");
}

/** What stands before a line: before an item, and before what is below it. */
interface Branch {
  readonly item: string;
  readonly below: string;
}

class Tree {
  readonly #inspection: Inspection;
  readonly #screen: Screen;
  readonly #users: UsersIndex | null;

  constructor(inspection: Inspection, screen: Screen) {
    this.#inspection = inspection;
    this.#screen = screen;
    this.#users = inspection.usage ? new UsersIndex(inspection.result) : null;
  }

  node(node: InspectedNode): readonly string[] {
    const host = this.#inspection.hosts.find((one) => one.node === node.name);
    const left = this.#inspection.leftOut.find((one) => one.node === node.name);
    if (host === undefined) {
      if (left === undefined) return [];
      return this.#head(node.name, [{ text: `${node.status}, not read`, style: "red" }]);
    }
    const cards = cardsOn(host, this.#inspection);
    const iommu: Part =
      node.iommu === false ? { text: "IOMMU off", style: "red" } : { text: "IOMMU on", style: "dim" };
    const nothing: readonly Part[] = cards.length === 0 ? [{ text: "nothing selected", style: "dim" }] : [];
    return [
      ...this.#head(node.name, [iommu, ...nothing]),
      ...this.#branches("", cards, (card, branch) => this.#card(card, branch)),
    ];
  }

  /** A name that leaves no room for what is to say of its node has a line of its own. */
  #head(name: string, facts: readonly Part[]): readonly string[] {
    const title: Part = { text: name, style: "bold" };
    const said = facts.flatMap((fact): Part[] => [{ text: "  " }, fact]);
    const width = [title, ...said].reduce((sum, { text }) => sum + widthOf(text), 0);
    const fits = width <= (this.#screen.columns ?? Number.POSITIVE_INFINITY);
    return fits ? [this.#line([title, ...said])] : [this.#line([title]), this.#line(said)];
  }

  #card(card: Card, branch: Branch): readonly string[] {
    const { unit, functions, name, path } = card;
    const head = this.#line([
      { text: branch.item, style: "dim" },
      { text: path, style: "cyan" },
      { text: ` ${oneLine(name ?? "of an unknown vendor")}`, style: "bold" },
    ]);
    const node = functions[0]?.node ?? "";
    const paths = functions.map((device) => device.path);
    const facts = [
      ...(unit === null ? [] : unitFacts(unit)),
      ...(this.#users === null ? [] : usageParts(this.#users.of(node, paths))),
    ];
    const margin = branch.below + (this.#screen.unicode ? "│  " : "|  ");
    const groups = [...groupsOf(card)];
    return [
      head,
      ...flow(facts, this.#screen, margin.length).map((parts) =>
        this.#line([{ text: margin, style: "dim" }, ...parts]),
      ),
      ...this.#branches(branch.below, groups, ([group, members], inner) =>
        this.#group(group, members, inner),
      ),
    ];
  }

  #group(group: number | null, members: readonly Member[], branch: Branch): readonly string[] {
    const name: Part =
      group === null ? { text: "in no IOMMU group", style: "yellow" } : { text: `IOMMU group ${group}` };
    const head = this.#line([{ text: branch.item, style: "dim" }, name]);
    return [
      head,
      ...this.#branches(branch.below, members, ({ device, isPeer }, { item }) => [
        this.#line([
          { text: item, style: "dim" },
          { text: `${device.path} ${device.id} ` },
          isPeer
            ? { text: "also in this group: ", style: "yellow" }
            : { text: `${padded(classWord(device), LONGEST_CLASS)} ` },
          { text: oneLine(device.name ?? ""), style: "dim" },
        ]),
      ]),
    ];
  }

  #branches<T>(
    margin: string,
    items: readonly T[],
    draw: (item: T, branch: Branch) => readonly string[],
  ): readonly string[] {
    const [fork, end, trunk] = this.#screen.unicode ? ["├─ ", "└─ ", "│  "] : ["|- ", "`- ", "|  "];
    return items.flatMap((item, index) =>
      index === items.length - 1
        ? draw(item, { item: margin + end, below: `${margin}   ` })
        : draw(item, { item: margin + fork, below: margin + trunk }),
    );
  }

  #line(parts: readonly Part[]): string {
    return drawLine(parts, this.#screen);
  }
}

/** `accelerator` */
const LONGEST_CLASS = 11;

/** A function in an IOMMU group of a card: its own, or another device that would be taken along. */
interface Member {
  readonly device: PciDevice;
  readonly isPeer: boolean;
}

/** The groups of a card in the order of its functions, with everything in them. */
function groupsOf({ functions, unit }: Card): ReadonlyMap<number | null, readonly Member[]> {
  const own = functions.map((device): Member => ({ device, isPeer: false }));
  const groups = Map.groupBy(own, ({ device }) => device.iommuGroup);
  for (const device of unit?.groupPeers ?? []) {
    groups.get(device.iommuGroup)?.push({ device, isPeer: true });
  }
  return groups;
}

function unitFacts(unit: NamedUnit): readonly Part[] {
  const { mappingName, kind, main, leftBehind } = unit;
  const subsystem = main.subsystemId === null ? "" : `, subsystem ${main.subsystemId}`;
  return [
    { text: mappingName },
    { text: `${main.id}${subsystem}` },
    ...(kind === "vf" ? [{ text: "virtual function" }] : []),
    ...(kind === "pf" ? [{ text: "has live virtual functions", style: "yellow" as const }] : []),
    ...(main.mdev ? [{ text: "mediated devices" }] : []),
    ...(leftBehind.length > 0 ? [{ text: `without ${leftBehind.map(({ path }) => path).join(", ")}` }] : []),
    isolation(unit),
  ];
}

function isolation(unit: NamedUnit): Part {
  if (unit.isolated === null) {
    const bare = isGroupless(unit) ? [] : grouplessOf(unit).map(({ path }) => path);
    const which = bare.length === 0 ? "" : `${bare.join(", ")} `;
    return { text: `${which}in no IOMMU group`, style: "red" };
  }
  return unit.isolated ? { text: "isolated", style: "green" } : { text: "not isolated", style: "yellow" };
}

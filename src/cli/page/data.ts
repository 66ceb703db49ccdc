/** The data for the script of the page: the cards, in the order of drawing. */
import type { PageCard, PageFunction, PageModel } from "./model.ts";
import { shortName } from "./short-name.ts";
import { STATE_WORDS, type State } from "./state.ts";

/** Values that are null or empty are left out. */
export interface PageData {
  /** Texts that occur in many cards, stored once: names of models, and mappings with a line for each of them. */
  readonly texts: readonly string[];
  readonly words: Readonly<Record<State, { readonly word: string; readonly meaning: string }>>;
  readonly cards: readonly CardData[];
}

export interface CardData {
  readonly node: string;
  readonly path: string;
  readonly short: number | undefined;
  readonly name: number | undefined;
  readonly id: string | undefined;
  readonly subsystem: string | undefined;
  readonly mapping: string | undefined;
  readonly states: readonly State[];
  readonly functions: readonly FunctionData[];
  readonly peers: readonly FunctionData[] | undefined;
  readonly mappings: readonly string[] | undefined;
  readonly users: readonly string[] | undefined;
  readonly notes: readonly string[] | undefined;
  readonly hcl: number | undefined;
}

/** A list instead of an object, since there are thousands. */
export type FunctionData = readonly [
  path: string,
  id: string,
  subsystem: string | null,
  group: number | null,
  kind: string,
  name: number | null,
];

export function pageData({ nodes }: PageModel): PageData {
  const texts = new Map<string, number>();
  const numberOf = (text: string | null): number | null => {
    if (text === null) return null;
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, texts.size);
    return texts.size - 1;
  };
  const functionData = ({ path, id, subsystemId, group, kind, name }: PageFunction): FunctionData => [
    path,
    id,
    subsystemId,
    group,
    kind,
    numberOf(name),
  ];
  const cardData = (card: PageCard): CardData => ({
    node: card.node,
    path: card.path,
    short: numberOf(shortName(card)) ?? undefined,
    name: numberOf(card.name) ?? undefined,
    id: card.id ?? undefined,
    subsystem: card.subsystemId ?? undefined,
    mapping: card.mappingName ?? undefined,
    states: card.states,
    functions: card.functions.map(functionData),
    peers: some(card.peers.map(functionData)),
    mappings: some(card.mappings),
    users: some(card.users),
    notes: some(card.notes),
    hcl: numberOf(card.hcl) ?? undefined,
  });
  const cards = nodes.flatMap(({ frames }) => frames.flatMap((frame) => frame.cards.map(cardData)));
  return { texts: [...texts.keys()], words: STATE_WORDS, cards };
}

function some<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length === 0 ? undefined : values;
}

/** What happens to a host between the day its mappings were written and the day they are read. */
import fc from "fast-check";
import { type Card, type Chassis, type Draw, drawCard } from "./chassis.ts";

type Event = (chassis: Chassis, draw: Draw) => Chassis;

const putIn: Event = (chassis, draw) => {
  const model = draw(fc.constantFrom(...cardsIn(chassis).map((card) => card.model), undefined));
  const card = drawCard(draw, chassis.nextSerial, model);
  return {
    ...filled(chassis, draw(fc.nat({ max: chassis.ports.length - 1 })), card),
    nextSerial: chassis.nextSerial + 1,
  };
};

/** A card put into a port that has one already replaces it. */
const filled = (chassis: Chassis, port: number, card: Card | null): Chassis => ({
  ...chassis,
  ports: chassis.ports.map((one, index) => (index === port ? card : one)),
});

const takeOut: Event = (chassis, draw) =>
  filled(chassis, draw(fc.nat({ max: chassis.ports.length - 1 })), null);

/** Two cards change places, or one moves to a port that is free. */
const exchange: Event = (chassis, draw) => {
  const [a, b] = [0, 1].map(() => draw(fc.nat({ max: chassis.ports.length - 1 }))) as [number, number];
  const at = (port: number) => chassis.ports[port] ?? null;
  return filled(filled(chassis, a, at(b)), b, at(a));
};

/** A card in a new port in front of all others. */
const putInFront: Event = (chassis, draw) => ({
  ...chassis,
  ports: [drawCard(draw, chassis.nextSerial), ...chassis.ports],
  nextSerial: chassis.nextSerial + 1,
});

/** New firmware, or another setting of it. */
const renumberBuses: Event = (chassis, draw) => ({
  ...chassis,
  busesBefore: draw(fc.integer({ min: 0, max: 3 })),
  hidesEmptyPorts: draw(fc.boolean()),
});

const renumberGroups: Event = (chassis, draw) => ({
  ...chassis,
  groupsBefore: draw(fc.integer({ min: 0, max: 9 })),
});

const switchVirtualFunctions: Event = (chassis) => ({
  ...chassis,
  virtualFunctions: !chassis.virtualFunctions,
});

const hideGraphics: Event = (chassis) => ({
  ...chassis,
  graphics: chassis.graphics === null ? null : { ...chassis.graphics, hidden: true },
});

const EVENTS: readonly Event[] = [
  putIn,
  takeOut,
  exchange,
  putInFront,
  renumberBuses,
  renumberGroups,
  switchVirtualFunctions,
  hideGraphics,
];

/** The host after one to three events. */
export function drawEvents(chassis: Chassis, draw: Draw): Chassis {
  const events = draw(fc.array(fc.constantFrom(...EVENTS), { minLength: 1, maxLength: 3 }));
  return events.reduce((now, event) => event(now, draw), chassis);
}

function cardsIn({ ports }: Chassis): readonly Card[] {
  return ports.filter((card) => card !== null);
}

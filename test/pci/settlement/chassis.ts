/**
 * Random hosts made of cards that are told apart by serial numbers, which no listing shows. What a firmware does with
 * them: it numbers buses port by port; a port with nothing behind it takes a number, or is hidden and takes none.
 */
import fc from "fast-check";
import type { PciRecord } from "../../../src/pci/device.ts";

/** Draws from an arbitrary, so that fast-check can replay and shrink what was drawn. */
export type Draw = <T>(arbitrary: fc.Arbitrary<T>) => T;

interface ModelFunction {
  readonly number: number;
  readonly id: string;
  readonly class: string;
}

export interface Model {
  readonly functions: readonly ModelFunction[];
  /** Boards under which it is sold: subsystems. */
  readonly boards: readonly string[];
  /** How many VFs it can have, as further functions with an id of their own or its own. */
  readonly virtual?: { readonly count: number; readonly id: string };
}

const gpu = (ids: readonly [string, string], boards: readonly string[]): Model => ({
  functions: [
    { number: 0, id: ids[0], class: "030000" },
    { number: 1, id: ids[1], class: "040300" },
  ],
  boards,
});
const single = (id: string, classCode: string, boards: readonly string[]): Model => ({
  functions: [{ number: 0, id, class: classCode }],
  boards,
});

const BOARDS = ["1462:3884", "1043:87b5"];
/** What is passed through most, among it models that share a kind of sound. */
const GPUS: readonly Model[] = [
  gpu(["10de:2204", "10de:1aef"], BOARDS),
  gpu(["10de:2206", "10de:1aef"], BOARDS),
  gpu(["1002:744c", "1002:ab30"], ["1eae:7901"]),
  single("10de:1eb8", "030200", ["10de:12a2"]),
  single("1002:740f", "120000", ["1002:0c34"]),
  { ...single("8086:56c0", "030000", ["8086:4905"]), virtual: { count: 3, id: "8086:56c0" } },
  { ...single("10de:2236", "030200", ["10de:1482"]), virtual: { count: 4, id: "10de:2237" } },
];
const OTHERS: readonly Model[] = [
  single("144d:a80a", "010802", ["144d:a801"]),
  single("1b73:1100", "0c0330", ["1b73:1100"]),
  {
    functions: [
      { number: 0, id: "8086:1572", class: "020000" },
      { number: 1, id: "8086:1572", class: "020000" },
    ],
    boards: ["8086:0007"],
  },
];
const models: fc.Arbitrary<Model> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...GPUS) },
  { weight: 1, arbitrary: fc.constantFrom(...OTHERS) },
);

/** Who has a card: the host itself, a guest by number, nobody. */
export type Owner = "host" | "nobody" | number;

export interface Card {
  readonly serial: number;
  readonly model: Model;
  readonly board: string;
  readonly owner: Owner;
}

export interface Chassis {
  readonly domain: number;
  /** By port, in the order in which the firmware numbers them. */
  readonly ports: readonly (Card | null)[];
  readonly hidesEmptyPorts: boolean;
  /** The processor's own graphics, which a firmware may hide. */
  readonly graphics: { readonly card: Card; readonly hidden: boolean } | null;
  readonly virtualFunctions: boolean;
  /** Buses that bridges on the board take before the ports. */
  readonly busesBefore: number;
  /** Groups are numbered as the kernel finds them; a new kernel or setting finds more before. */
  readonly groupsBefore: number;
  readonly nextSerial: number;
}

const owners: fc.Arbitrary<Owner> = fc.oneof(
  { weight: 2, arbitrary: fc.constant("host" as const) },
  { weight: 1, arbitrary: fc.constant("nobody" as const) },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }) },
);

const GRAPHICS: Model = single("8086:4680", "030000", ["1043:8882"]);

export function drawCard(draw: Draw, serial: number, of?: Model): Card {
  const model = of ?? draw(models);
  return { serial, model, board: draw(fc.constantFrom(...model.boards)), owner: draw(owners) };
}

export function drawChassis(draw: Draw): Chassis {
  const count = draw(fc.integer({ min: 2, max: 7 }));
  // People buy several of a kind.
  const favourite = draw(models);
  const ports = Array.from({ length: count }, (_, index) => {
    const filling = draw(fc.constantFrom("favourite", "favourite", "other", "other", "nothing"));
    if (filling === "nothing") return null;
    return drawCard(draw, index, filling === "favourite" ? favourite : undefined);
  });
  const graphics = draw(fc.boolean()) ? { card: drawCard(draw, count, GRAPHICS), hidden: false } : null;
  return {
    domain: draw(fc.constantFrom(0, 0, 0, 0x10000)),
    ports,
    hidesEmptyPorts: draw(fc.boolean()),
    graphics,
    virtualFunctions: draw(fc.boolean()),
    busesBefore: draw(fc.integer({ min: 0, max: 2 })),
    groupsBefore: 0,
    nextSerial: count + 1,
  };
}

/** A function as the listing shows it, and the card that it is of, which the listing does not show. */
export interface Shown {
  readonly record: PciRecord;
  readonly card: Card;
  readonly number: number;
}

/** What the host's listing shows. */
export function listing(chassis: Chassis): readonly Shown[] {
  const { ports, hidesEmptyPorts, graphics, domain } = chassis;
  const shown: Shown[] = [];
  let bus = 1 + chassis.busesBefore;
  let group = chassis.groupsBefore;
  if (graphics !== null && !graphics.hidden) {
    shown.push({
      record: recordOf("0000:00:02.0", graphics.card, GRAPHICS.functions[0], group),
      card: graphics.card,
      number: 0,
    });
  }
  for (const card of ports) {
    if (card === null) {
      if (!hidesEmptyPorts) bus += 1;
      continue;
    }
    group += 1;
    shown.push(...functionsOf(chassis, card, `${hex(domain, 4)}:${hex(bus, 2)}:00`, group));
    bus += 1;
  }
  return shown;
}

function functionsOf(
  { virtualFunctions }: Chassis,
  card: Card,
  slot: string,
  group: number,
): readonly Shown[] {
  const { functions, virtual } = card.model;
  const live = virtual !== undefined && virtualFunctions ? virtual.count : 0;
  const paths = Array.from({ length: live }, (_, index) => `${slot}.${index + functions.length}`);
  const physical = functions.map((one) => {
    const record = recordOf(`${slot}.${one.number}`, card, one, group);
    const names = Object.fromEntries(paths.map((path, index) => [`virtfn${index}`, path]));
    return { record: live === 0 ? record : { ...record, virtfns: names }, card, number: one.number };
  });
  const virtuals = paths.map((path, index) => {
    const number = index + functions.length;
    const one = { number, id: virtual?.id ?? "", class: functions[0]?.class ?? "" };
    return {
      record: { ...recordOf(path, card, one, 100 + group * 8 + index), physfn: `${slot}.0` },
      card,
      number,
    };
  });
  return [...physical, ...virtuals];
}

function recordOf(id: string, card: Card, one: ModelFunction | undefined, group: number): PciRecord {
  const [vendor = "", device = ""] = (one?.id ?? "").split(":");
  const [subsystemVendor = "", subsystemDevice = ""] = card.board.split(":");
  return {
    id,
    class: `0x${one?.class ?? ""}`,
    vendor: `0x${vendor}`,
    device: `0x${device}`,
    subsystem_vendor: `0x${subsystemVendor}`,
    subsystem_device: `0x${subsystemDevice}`,
    iommugroup: group,
  };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

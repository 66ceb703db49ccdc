import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coversFunction } from "../../../src/pci/address.ts";
import { devicesFromRecords } from "../../../src/pci/device.ts";
import { arrangeHost, type Host } from "../../../src/pci/host.ts";
import type { MappingLine } from "../../../src/pci/mapping-line.ts";
import { type NodeMapping, type Settlement, settle } from "../../../src/pci/settlement.ts";
import { received } from "../support/hardware.ts";
import { type Draw, drawChassis, listing, type Shown } from "./chassis.ts";
import { drawEvents } from "./events.ts";
import { drawMappings, type Written } from "./written.ts";

/** A host whose mappings were right, after something happened to it. */
interface History {
  readonly written: Written;
  readonly now: readonly Shown[];
  readonly host: Host;
}

function drawHistory(draw: Draw): History {
  const before = drawChassis(draw);
  const written = drawMappings(before, draw);
  const now = listing(drawEvents(before, draw));
  const devices = devicesFromRecords("pve1", received(now.map(({ record }) => record)));
  return { written, now, host: arrangeHost("pve1", devices, true) };
}

/** Runs a check of many histories. */
function overHistories(numRuns: number, check: (history: History, draw: Draw) => void): void {
  fc.assert(
    fc.property(fc.gen(), (generate) => {
      const draw: Draw = (arbitrary) => generate(() => arbitrary);
      check(drawHistory(draw), draw);
    }),
    { numRuns, endOnFailure: true },
  );
}

type Ending =
  | "right"
  | "at the host's"
  | "at another guest's"
  | "at nobody's"
  | "dropped"
  | "rightly dropped";

/** Where lines end that a suggestion changes. */
function endingsOf({ written: { mappings, meant }, now, host }: History): readonly Ending[] {
  const settlement = settle(host, mappings);
  return suggestedLines(settlement, mappings).flatMap((line) => {
    const one = shownOf(meant, line.path);
    return settlement.decisionsOf(line).flatMap(({ decision }): readonly Ending[] => {
      if (decision.kind === "left-out")
        return [placeOf(one, now) === undefined ? "rightly dropped" : "dropped"];
      if (decision.kind !== "moved") return [];
      const there = now.find(({ record }) => record.id === decision.device.path);
      if (there?.card.serial === one.card.serial) return ["right"];
      if (there?.card.owner === "host") return ["at the host's"];
      return [there?.card.owner === "nobody" ? "at nobody's" : "at another guest's"];
    });
  });
}

function suggestionsOf(settlement: Settlement, mappings: readonly NodeMapping[]) {
  return Object.fromEntries(mappings.map(({ name }) => [name, settlement.suggestionOf(name)]));
}

describe("after cards were put in, taken out and moved, and firmware renumbered them", () => {
  test("few lines end at another's card or are dropped whose card is there, and many are mended", () => {
    const counts = new Map<Ending | "line", number>();
    const count = (what: Ending | "line") => counts.set(what, (counts.get(what) ?? 0) + 1);
    overHistories(2000, (history) => {
      for (const { lines } of history.written.mappings) for (const _ of lines) count("line");
      for (const ending of endingsOf(history)) count(ending);
    });
    const of = (what: Ending): number => (counts.get(what) ?? 0) / (counts.get("line") ?? 0);
    // What is left: a twin took the place of one that is gone, and nothing that a listing shows tells them apart.
    expect(of("at the host's")).toBeLessThan(0.006);
    expect(of("at another guest's")).toBeLessThan(0.006);
    expect(of("at nobody's")).toBeLessThan(0.004);
    expect(of("dropped")).toBeLessThan(0.002);
    expect(of("right")).toBeGreaterThan(0.06);
    expect(of("rightly dropped")).toBeGreaterThan(0.01);
  });

  test("no line is given a device with other ids, and no two cards are at one address", () => {
    overHistories(1000, ({ written: { mappings, meant }, host }) => {
      const settlement = settle(host, mappings);
      const takers = new Map<string, Set<string>>();
      for (const line of suggestedLines(settlement, mappings)) {
        const one = shownOf(meant, line.path);
        for (const { decision } of settlement.decisionsOf(line)) {
          if (!("device" in decision)) continue;
          const { path, vendor, device, subsystemId } = decision.device;
          const { record, card, number } = one;
          const given = [`0x${vendor}`, `0x${device}`, line.subsystemId === null ? card.board : subsystemId];
          expect(given).toEqual([record.vendor, record.device, card.board]);
          takers.set(path, (takers.get(path) ?? new Set()).add(`${card.serial}.${number}`));
        }
      }
      expect([...takers.values()].filter(({ size }) => size > 1)).toEqual([]);
    });
  });

  test("a suggestion that was applied suggests nothing else", () => {
    overHistories(1000, ({ written: { mappings }, host }) => {
      const settlement = settle(host, mappings);
      const after = mappings.map((mapping) => ({
        ...mapping,
        lines: settlement.suggestionOf(mapping.name) ?? mapping.lines,
      }));
      const again = settle(host, after);
      // Sound whose card is one of a pool's can be told once the pool no longer has a line for its slot.
      const waits = ({ lines }: NodeMapping) =>
        lines.some((line) =>
          settlement
            .decisionsOf(line)
            .some(({ decision }) => decision.kind === "unknown" && decision.reason === "companion"),
        );
      const settled = mappings.filter((mapping) => !waits(mapping));
      expect(suggestionsOf(again, settled)).toEqual(
        Object.fromEntries(settled.map(({ name }) => [name, null])),
      );
    });
  });

  test("the order of the mappings makes no difference", () => {
    overHistories(500, ({ written: { mappings }, host }, draw) => {
      const shuffled = draw(fc.shuffledSubarray([...mappings], { minLength: mappings.length }));
      expect(suggestionsOf(settle(host, shuffled), mappings)).toEqual(
        suggestionsOf(settle(host, mappings), mappings),
      );
    });
  });

  test("few cards that a line means are covered by no line at all, and could be given to another guest", () => {
    const counts = { cards: 0, uncovered: 0 };
    overHistories(1000, ({ written: { mappings, meant }, now, host }) => {
      const settlement = settle(host, mappings);
      const covered = mappings.flatMap(({ lines }) => lines.flatMap((line) => settlement.coverageOf(line)));
      for (const one of new Set(meant.values())) {
        const place = host.devices.find(({ path }) => path === placeOf(one, now));
        if (place === undefined) continue;
        counts.cards += 1;
        if (!covered.some((address) => coversFunction(address, place.address))) counts.uncovered += 1;
      }
    });
    // Only those of which a twin stands where they stood.
    expect(counts.uncovered / counts.cards).toBeLessThan(0.05);
  });
});

function suggestedLines(settlement: Settlement, mappings: readonly NodeMapping[]): readonly MappingLine[] {
  return mappings.filter(({ name }) => settlement.suggestionOf(name) !== null).flatMap(({ lines }) => lines);
}

function shownOf(meant: Written["meant"], path: string): Shown {
  const one = meant.get(path);
  if (one === undefined) throw new Error(`nothing was meant by ${path}`);
  return one;
}

function placeOf(one: Shown, now: readonly Shown[]): string | undefined {
  return now.find(({ card, number }) => card.serial === one.card.serial && number === one.number)?.record.id;
}

/** The fuzzer itself, and a little of what `npm run test:fuzz` does. */
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { PciFormatError } from "../../src/pci/format-error.ts";
import { readCorpus } from "../support/fuzz/corpus.ts";
import { fuzz, problemOf } from "../support/fuzz/fuzzer.ts";
import type { FuzzTarget } from "../support/fuzz/target.ts";
import { fuzzTargets } from "../support/fuzz/targets.ts";
import { seededRandom } from "../support/pve/random.ts";
import { readLocked } from "./fixtures/locked.ts";

const SHORT_MS = 300;

describe("the fuzzer", () => {
  const locked: FuzzTarget = {
    name: "locked",
    what: "five letters, each of which is asked for only behind the one before it",
    seeds: [""],
    words: ["l", "o", "c", "k"],
    maxBytes: 20,
    refusals: [PciFormatError],
    run: (input) => readLocked(input.toString("latin1")),
  };

  it("finds by coverage what no chance would", async () => {
    const { crashes, found } = await fuzz(locked, {
      corpus: [],
      random: seededRandom(5),
      milliseconds: 15_000,
      within: pathToFileURL(`${import.meta.dirname}/fixtures/`).href,
    });
    expect(crashes[0]?.problem).toContain("opened");
    expect(crashes[0]?.input.toString("latin1")).toMatch(/^locked/);
    expect(found.length).toBeGreaterThan(3);
  }, 30_000);

  it("tells a refusal from a crash", async () => {
    expect(await problemOf(locked, Buffer.from("x"))).toBeNull();
    expect(await problemOf(locked, Buffer.from("locked"))).toContain("opened");
    const slip = { ...locked, run: () => JSON.parse("{") as undefined };
    expect(await problemOf(slip, Buffer.from("x"))).toContain("SyntaxError");
  });
});

describe.each(fuzzTargets)("$name", (target) => {
  it("reads or refuses all that was worth keeping", async () => {
    const inputs = [...target.seeds.map((seed) => Buffer.from(seed)), ...readCorpus(target.name)];
    expect(inputs.length).toBeGreaterThan(0);
    for (const input of inputs) {
      expect(await problemOf(target, input), JSON.stringify(input.toString("latin1"))).toBeNull();
    }
  });

  it("reads or refuses what is changed at random", async () => {
    const { crashes, inputs } = await fuzz(target, {
      corpus: readCorpus(target.name),
      random: seededRandom(1),
      milliseconds: SHORT_MS,
      within: pathToFileURL(`${projectRoot}/src/`).href,
    });
    expect(crashes.map(({ input, problem }) => `${input.toString("latin1")}: ${problem}`)).toEqual([]);
    expect(inputs).toBeGreaterThan(0);
  }, 60_000);
});

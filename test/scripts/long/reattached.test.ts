import { describe, expect, test } from "vitest";
import { growthOf } from "../../../scripts/long/reattached.ts";

/** A run with these figures after each tenth of it. */
const run = (memory: readonly number[], descriptors: readonly number[]) => ({
  plans: 1000,
  samples: memory.map((mib, index) => ({
    plans: 100 * (index + 1),
    memory: mib,
    descriptors: descriptors[index % descriptors.length] ?? 0,
  })),
});

describe("growthOf", () => {
  test.for([
    ["a process that warms up and then stays", run([90, 110, 112, 109, 113, 111], [23]), []],
    ["what comes and goes", run([90, 110, 130, 109, 131, 111], [23, 26, 24]), []],
    [
      "a socket that each plan leaves open",
      run([90, 110, 112, 109, 113], [23, 24, 25, 26, 27]),
      ["descriptors went from 25 to 26"],
    ],
    [
      "a hundred kilobytes that each plan leaves behind",
      run([100, 110, 120, 130, 140, 150, 160], [23]),
      ["memory went from 110 to 140 MiB"],
    ],
    ["a run that is too short to tell", run([100, 110], [23]), ["There are too few samples."]],
  ] as const)("%s", ([, samples, problems]) => {
    expect(growthOf(samples)).toEqual(problems);
  });
});

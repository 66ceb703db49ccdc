/** What a device costs in memory, stage by stage, and that it does not cost more where there are more of them. */
import { expect, test } from "vitest";
import type { ClusterSize } from "../../scripts/bench/cluster.ts";
import { type Allocations, countAllocations, stages } from "../support/performance/allocations.ts";
import { requireWithin } from "../support/performance/budget.ts";
import { bytesPerDevice, largestGrowth } from "./budgets.ts";

const SMALL: ClusterSize = { nodes: 20, functions: 100 };
/** Ten times as many devices each: on ten times as many nodes, or on nodes with far more. */
const LARGE: Readonly<Record<string, ClusterSize>> = {
  "many nodes": { nodes: 200, functions: 100 },
  "large nodes": { nodes: 10, functions: 2000 },
};

/** It takes seconds, and many of them on a busy machine. */
const COUNTING_MS = 120_000;

const sizes = [SMALL, ...Object.values(LARGE)];
const counted = await countAllocations(sizes);
const [small] = counted as [Allocations];

test.for(stages)("%s allocates as much per device as its budget allows", (stage) => {
  requireWithin(bytesPerDevice[stage], small[stage]);
});

test.for(Object.keys(LARGE))("a device costs no more on %s", (title) => {
  const large = counted[Object.keys(LARGE).indexOf(title) + 1];
  const grown = stages.filter((stage) => !((large?.[stage] ?? Number.NaN) <= small[stage] * largestGrowth));
  const bytes = (of: Allocations | undefined): string =>
    grown.map((stage) => `${stage} ${of?.[stage].toFixed(1)}`).join(", ");
  expect(
    grown,
    `With ten times the devices each allocates more than ${largestGrowth} times as many bytes: from ${bytes(small)} to ` +
      `${bytes(large)}. Something is done for every device that takes more the more of them there are, such as ` +
      "copying a list or searching it.",
  ).toEqual([]);
});

test("what is counted is the same each time", { timeout: COUNTING_MS }, async () => {
  expect(await countAllocations(sizes)).toEqual(counted);
});

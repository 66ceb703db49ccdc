/** Plans through one process, again and again: `npm run test:long` does more of them. */
import { expect, inject, test } from "vitest";
import { startServer } from "../../scripts/bench/proxmox.ts";
import { planAgainAndAgain } from "../../scripts/long/reattached.ts";

const PLANS = 20;

test("plans through one process leave no descriptor and no connection behind", async () => {
  await using server = await startServer({ nodes: 3, functions: 30, delayMs: 0 });
  const programs = { tofu: inject("tofu"), mirror: inject("mirror"), gpuhost: inject("binary") };
  const { samples } = await planAgainAndAgain(programs, server, PLANS);
  expect(samples).toHaveLength(10);
  const descriptors = samples.map((sample) => sample.descriptors);
  // One descriptor a plan would be as many as there were plans in between.
  expect(Math.min(...descriptors.slice(5)) - Math.min(...descriptors.slice(0, 5))).toBeLessThan(PLANS / 4);
});

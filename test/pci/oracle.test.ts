import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { argumentsArbitrary, clusterArbitrary } from "../support/oracle/arbitrary-cluster.ts";
import type { Arguments, Cluster } from "../support/oracle/cluster.ts";
import { knownClusters } from "../support/oracle/known-clusters.ts";
import { oracle } from "../support/oracle/oracle.ts";
import { factsOf, failuresOf, product } from "../support/oracle/product.ts";

/** In no order; and a mistake that is made in two elements of an argument is told for each of them. */
const set = (values: readonly unknown[]): Set<string> =>
  new Set(values.map((value) => JSON.stringify(value)));

/** A message lists no more than this; the random clusters are nearly always smaller. */
const MAX_LISTED = 50;

/** What both say, without the words and the order of diagnostics. */
async function both(cluster: Cluster, args: Arguments): Promise<{ expected: unknown; actual: unknown }> {
  const outcome = oracle(cluster, args);
  const answer = await product(cluster, args);
  return {
    expected:
      "state" in outcome
        ? { state: outcome.state, warnings: set(outcome.warnings) }
        : { failures: set(outcome.failures) },
    actual:
      "state" in answer
        ? { state: answer.state, warnings: set(factsOf(answer.warnings)) }
        : { failures: set(failuresOf(answer.errors)) },
  };
}

/** Each of the arguments at least once. */
const READS: Arguments[] = [
  {},
  { classes: ["gpu"], include_usage: true },
  { classes: ["display"], mapping_names: "model", mapping_prefix: "pci" },
  { classes: ["accelerator", "0c03", "bridge"] },
  { classes: ["network", "storage", "usb", "audio"] },
  { vendor_ids: ["0x10DE"] },
  { ids: ["10DE:26b9", "0x1002:0x73bf"] },
  { subsystem_ids: ["0000:0000", "1462:3884"] },
  { paths: ["01:00", "0000:41:00.0"] },
  { name_regex: "(?i)geforce|instinct" },
  { mdev: true },
  { mdev: false, classes: ["gpu"] },
  { virtual_functions: true },
  { virtual_functions: false, classes: ["gpu"] },
  { physical_function: "c1:00.0" },
  { at_least: 3, classes: ["gpu"] },
  { at_most: 3, classes: ["gpu"] },
  { nodes: ["pve1"] },
  { classes: ["gpu"], mapping_names: "model", results: ["gpus", "mappings"] },
  {
    classes: ["gpu"],
    include_usage: true,
    accept: ["usage_incomplete", "not_isolated"],
    results: ["devices"],
  },
];

describe.each(knownClusters())("the data source and the oracle on the cluster %s", (_name, cluster) => {
  test.each(READS.map((args) => ({ args })))("agree on $args", async ({ args }) => {
    const { expected, actual } = await both(cluster, { unreachable_nodes: "warn", ...args });
    expect(actual).toEqual(expected);
  });

  test("agree when a node that cannot be asked is an error", async () => {
    const { expected, actual } = await both(cluster, {});
    expect(actual).toEqual(expected);
  });

  test("agree on random arguments", async () => {
    await fc.assert(
      fc.asyncProperty(argumentsArbitrary, async (args) => {
        const { expected, actual } = await both(cluster, args);
        expect(actual).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });
});

describe("the data source and the oracle", () => {
  test("agree on random clusters and random arguments", async () => {
    await fc.assert(
      fc.asyncProperty(clusterArbitrary, argumentsArbitrary, async (cluster, args) => {
        const outcome = oracle(cluster, args);
        fc.pre("failures" in outcome || (outcome.state.gpus?.length ?? 0) <= MAX_LISTED);
        const { expected, actual } = await both(cluster, args);
        expect(actual).toEqual(expected);
      }),
      { numRuns: 700 },
    );
  }, 120_000);
});

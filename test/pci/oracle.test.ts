import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { argumentsArbitrary, clusterArbitrary } from "../support/oracle/arbitrary-cluster.ts";
import type { Arguments, Cluster } from "../support/oracle/cluster.ts";
import { oracle } from "../support/oracle/oracle.ts";
import { factsOf, failuresOf, product } from "../support/oracle/product.ts";

/** In no order; and a mistake that is made in two elements of an argument is told for each of them. */
const set = (values: readonly unknown[]): Set<string> => new Set(values.map((value) => JSON.stringify(value)));

/** What both say, without the order of diagnostics. */
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

describe("the data source and the oracle", () => {
  test("agree on random clusters and random arguments", async () => {
    await fc.assert(
      fc.asyncProperty(clusterArbitrary, argumentsArbitrary, async (cluster, args) => {
        const { expected, actual } = await both(cluster, args);
        expect(actual).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  }, 120_000);
});

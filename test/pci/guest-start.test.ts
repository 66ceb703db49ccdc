import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { guestsArbitrary } from "../support/oracle/arbitrary-guests.ts";
import type { Cluster, RawGuest } from "../support/oracle/cluster.ts";
import { canRunTogether, choicesOf, isBroken, startsAlone } from "../support/oracle/guest-start.ts";
import { fileCluster } from "../support/oracle/known-clusters.ts";
import { product } from "../support/oracle/product.ts";

/** The guests that each line of a warning names, by number. */
async function told(cluster: Cluster, summary: string): Promise<number[][]> {
  const answer = await product(cluster, { include_usage: true });
  if (!("state" in answer)) throw new Error(`the read fails: ${answer.errors[0]?.detail}`);
  return answer.warnings
    .filter((warning) => warning.summary === summary)
    .flatMap(({ detail }) => detail.split("\n").filter((line) => line.startsWith("  - ")))
    .map((line) => [...line.matchAll(/\bguest (\d+)/g)].map(([, vmid]) => Number(vmid)));
}

const broken = async (cluster: Cluster): Promise<number[]> =>
  [...new Set((await told(cluster, "Guests Will Not Start")).flat())].sort();

const clashes = (cluster: Cluster): Promise<number[][]> => told(cluster, "Guests Want the Same Device");

const guestsOf = (cluster: Cluster): RawGuest[] =>
  (cluster.guests ?? []).filter(({ template }) => template !== 1);

const neverStart = (cluster: Cluster): RawGuest[] =>
  guestsOf(cluster).filter((guest) => isBroken(cluster, guest));

const pairs = <T>(items: T[]): [T, T][] =>
  items.flatMap((first, index) => items.slice(index + 1).map((second): [T, T] => [first, second]));

describe("guests that do not start, as Proxmox starts them,", () => {
  test("are those that a read tells", async () => {
    await fc.assert(
      fc.asyncProperty(guestsArbitrary, async (cluster) => {
        expect(await broken(cluster)).toEqual(neverStart(cluster).map(({ vmid }) => vmid));
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ["mapping-that-is-gone", [100]],
    ["no-line-for-the-node", [110]],
    ["device-twice", [104]],
    ["host-uses-a-twin", []],
  ])("on the cluster %s are %j", async (name, vmids) => {
    const cluster = fileCluster(name);
    expect(neverStart(cluster).map(({ vmid }) => vmid)).toEqual(vmids);
    expect(await broken(cluster)).toEqual(vmids);
  });
});

describe("guests that cannot run at once, whatever each of them gets,", () => {
  test("are told where each has but one choice, or all name one mapping", async () => {
    await fc.assert(
      fc.asyncProperty(guestsArbitrary, async (cluster) => {
        const lines = await clashes(cluster);
        const able = guestsOf(cluster).filter((guest) => startsAlone(cluster, guest));
        const certain = pairs(able.filter((guest) => choicesOf(cluster, [guest]).length === 1));
        const ofOne = ["one", "two"].map((name) =>
          able.filter(
            ({ pending }) => pending.length === 1 && pending[0]?.value === `mapping=${name},pcie=1`,
          ),
        );
        const clashing = [...certain, ...ofOne].filter((guests) => !canRunTogether(cluster, guests));
        const untold = clashing.filter(
          (guests) => !lines.some((vmids) => guests.every(({ vmid }) => vmids.includes(vmid))),
        );
        expect(untold).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test("are told, and no guests that can", async () => {
    await fc.assert(
      fc.asyncProperty(guestsArbitrary, async (cluster) => {
        const able = guestsOf(cluster).filter((guest) => startsAlone(cluster, guest));
        const named = (await clashes(cluster))
          .filter((vmids) => vmids.every((one) => able.some(({ vmid }) => vmid === one)))
          .map((vmids) => able.filter(({ vmid }) => vmids.includes(vmid)));
        expect(named.filter((guests) => canRunTogether(cluster, guests))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ["vfs-in-one-group", [[101, 102]]],
    ["card-as-two-lines", [[120, 121]]],
    ["taken-by-args", []],
  ])("on the cluster %s are %j", async (name, vmids) => {
    expect(await clashes(fileCluster(name))).toEqual(vmids);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clusterArbitrary } from "../support/oracle/arbitrary-cluster.ts";
import type { Arguments, Cluster } from "../support/oracle/cluster.ts";
import { knownClusters, recordedCluster } from "../support/oracle/known-clusters.ts";
import { type MappingLine, mappingFailure } from "../support/oracle/mapping-check.ts";
import { product } from "../support/oracle/product.ts";
import { type CompleteResult, complete, type PoolResult } from "../support/oracle/result.ts";
import { loadRecordings, recordedData } from "../support/pve/recordings.ts";

describe("Proxmox's check of a mapping, as the oracle has it", () => {
  interface Checked {
    id: string;
    map: string[];
    mdev?: number;
    checks: { message: string }[];
  }

  const recordings = loadRecordings("pve9");
  const { pci } = recordedCluster("pve9");
  const cases = ["pve1", "pve2", "pve3"].flatMap((node) =>
    (recordedData(recordings, `mapping_check_${node}`) as unknown as Checked[]).map((mapping) => ({
      node,
      mapping,
      name: mapping.id,
    })),
  );

  test.each(cases)("says of $name on $node what the recorded server said", ({ node, mapping }) => {
    const lines = mapping.map
      .map((line) => Object.fromEntries(line.split(",").map((property) => property.split("="))))
      .filter((line) => line["node"] === node);
    const failures = lines.map((line) =>
      mappingFailure(mapping.id, mapping.mdev === 1, line as MappingLine, pci[node] ?? []),
    );
    const said =
      lines.length === 0
        ? [`No mapping for node ${node}.`]
        : failures.filter((f) => f !== null).map((f) => `Invalid configuration: ${f}\n`);
    expect(said).toEqual(mapping.checks.map(({ message }) => message));
  });
});

interface Element {
  id: string;
  iommu_group: number | null;
  node: string;
  path: string;
  subsystem_id: string | null;
}

/** Everything of a result that a user may put in the `map` of a mapping, with the mapping's name and flag. */
function elementsOf(state: CompleteResult): { name: string; mdev: boolean; element: Element }[] {
  const inMappings = (mappings: Record<string, PoolResult>) =>
    Object.entries(mappings).flatMap(([name, { mediated_devices, map }]) =>
      map.map((element) => ({ name, mdev: mediated_devices, element })),
    );
  const flags = new Map(state.devices.map((device) => [`${device.node} ${device.path}`, device.mdev]));
  const inTable = Object.entries(state.by_node).flatMap(([node, table]) =>
    Object.entries(table).flatMap(([path, { mapping_name, ...entry }]) => {
      // A slot is judged by its function .0; where that is not the main one, nobody maps the slot.
      const mdev = flags.get(`${node} ${path}`);
      return mdev === undefined ? [] : [{ name: mapping_name, mdev, element: { ...entry, node, path } }];
    }),
  );
  return [
    ...inMappings(state.mappings),
    ...inMappings(state.pools),
    ...inTable,
    ...state.devices.map((device) => ({ name: "a-device", mdev: device.mdev, element: device })),
    ...state.gpus.map((unit) => ({ name: unit.mapping_name, mdev: unit.mdev, element: unit })),
  ];
}

/** What Proxmox would refuse at the start of a guest. */
function refusals(cluster: Cluster, state: CompleteResult): string[] {
  return elementsOf(state).flatMap(({ name, mdev, element }) => {
    const { path, id, iommu_group, subsystem_id } = element;
    const line = { path, id, iommugroup: iommu_group, "subsystem-id": subsystem_id };
    return mappingFailure(name, mdev, line, cluster.pci[element.node] ?? []) ?? [];
  });
}

async function stateOf(cluster: Cluster, args: Arguments): Promise<CompleteResult | null> {
  const answer = await product(cluster, { unreachable_nodes: "warn", ...args });
  return "state" in answer ? complete(answer.state) : null;
}

describe("every mapping, pool, device and unit would let a guest start", () => {
  // A member without quorum answers for nobody else, so that nothing is read.
  test.each(knownClusters().filter(([, { quorate }]) => quorate !== false))(
    "on the cluster %s",
    async (_name, cluster) => {
      const state = await stateOf(cluster, {});
      expect(state?.devices.length).toBe(Object.values(cluster.pci).flat().length);
      expect(state === null ? null : refusals(cluster, state)).toEqual([]);
    },
  );

  test("on random clusters", async () => {
    const names = fc.constantFrom<("address" | "model")[]>("address", "model");
    await fc.assert(
      fc.asyncProperty(clusterArbitrary, names, async (cluster, mapping_names) => {
        const state = await stateOf(cluster, { mapping_names });
        // Two units may bear one name: then there is nothing to start.
        fc.pre(state !== null);
        expect(refusals(cluster, state)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  }, 120_000);

  test("and every name is one that Proxmox takes, and every comment one that bpg takes", async () => {
    await fc.assert(
      fc.asyncProperty(clusterArbitrary, async (cluster) => {
        const state = await stateOf(cluster, { mapping_names: "model" });
        fc.pre(state !== null);
        for (const [name, { comment, map }] of Object.entries({ ...state.mappings, ...state.pools })) {
          expect(name).toMatch(/^[a-z][a-z0-9_-]+$/i);
          expect(comment ?? "nothing").toMatch(/^\S(?:.*\S)?$/);
          for (const { path, id, subsystem_id } of map) {
            expect(path).toMatch(/^[a-f0-9]{4,}:[a-f0-9]{2}:[a-f0-9]{2}(\.[a-f0-9])?$/);
            expect(id).toMatch(/^[0-9a-f]{4}:[0-9a-f]{4}$/);
            expect(subsystem_id ?? "0000:0000").toMatch(/^[0-9a-f]{4}:[0-9a-f]{4}$/);
          }
        }
      }),
      { numRuns: 500 },
    );
  }, 60_000);
});

/** What the demo shows of OpenTofu's stream of JSON. The lines are those of OpenTofu 1.12.6. */
import { describe, expect, test } from "vitest";
import { changesInPlace, readEvent } from "../../scripts/demo/tofu-events.ts";

const address = 'proxmox_hardware_mapping_pci.gpu["gpu-10de-2204"]';
const resource = { addr: address, implied_provider: "proxmox", resource_key: "gpu-10de-2204" };
const line = (event: object): string => JSON.stringify({ "@level": "info", "@module": "tofu.ui", ...event });

describe("one line of the stream", () => {
  test.each([
    [
      "a planned change, with the sign of a plan for people",
      line({ type: "planned_change", change: { resource, action: "create" } }),
      { kind: "change", address, lines: [`  + ${address}`] },
    ],
    [
      "a replacement",
      line({ type: "planned_change", change: { resource, action: "replace" } }),
      { kind: "change", address, lines: [`  -/+ ${address}`] },
    ],
    [
      "what is done, without its time and id",
      line({
        type: "apply_complete",
        "@message": `${address}: Creation complete after 0s [id=gpu-10de-2204]`,
        hook: { resource, action: "create" },
      }),
      { kind: "done", address, lines: [`  ${address}: Creation complete`] },
    ],
    [
      "the count",
      line({ type: "change_summary", "@message": "Plan: 3 to add, 0 to change, 0 to destroy." }),
      { kind: "summary", address: "", lines: ["  Plan: 3 to add, 0 to change, 0 to destroy."] },
    ],
    [
      "a warning, within 80 columns",
      line({
        type: "diagnostic",
        diagnostic: {
          severity: "warning",
          summary: "Mappings Drift",
          detail: `${"word ".repeat(20)}end\nnext`,
        },
      }),
      {
        kind: "warning",
        address: "",
        lines: [
          "  Warning: Mappings Drift",
          `    ${"word ".repeat(15).trimEnd()}`,
          `    ${"word ".repeat(5)}end`,
          "    next",
        ],
      },
    ],
    [
      "an error without detail",
      line({ type: "diagnostic", diagnostic: { severity: "error", summary: "No", detail: "" } }),
      { kind: "error", address: "", lines: ["  Error: No"] },
    ],
    [
      "a data source that was read",
      line({ type: "apply_complete", hook: { resource, action: "read" } }),
      null,
    ],
    [
      "a data source that will be read",
      line({ type: "planned_change", change: { resource, action: "read" } }),
      null,
    ],
    ["what has no part in the story", line({ type: "version", "@message": "OpenTofu 1.12.6" }), null],
    ["nothing", "", null],
    ["no JSON", "Segmentation fault", { kind: "other", address: "", lines: ["Segmentation fault"] }],
  ])("%s", (_, text, expected) => {
    expect(readEvent(text)).toStrictEqual(expected ?? { kind: "other", address: "", lines: [] });
  });
});

describe("what changes in place", () => {
  const update = (before: object, after: object): string =>
    JSON.stringify({ resource_changes: [{ address, change: { actions: ["update"], before, after } }] });
  const pve1 = { node: "pve1", path: "0000:02:00", iommu_group: 15 };
  const pve2 = { node: "pve2", path: "0000:01:00", iommu_group: 14 };

  test.each([
    ["a value", { started: false, name: "a" }, { started: true, name: "a" }, ["started false -> true"]],
    ["a value that there was not", {}, { comment: "x" }, ["comment null -> x"]],
    ["what is known after apply only", { addresses: [], name: "a" }, { name: "a" }, []],
    [
      "one line of a list",
      { map: [pve2, pve1] },
      { map: [{ ...pve1, path: "0000:04:00", iommu_group: 17 }, pve2] },
      ["map: path 0000:02:00 -> 0000:04:00, iommu_group 15 -> 17"],
    ],
    ["a list that grows", { map: [pve1] }, { map: [pve1, pve2] }, ["map: 1 -> 2 elements"]],
  ])("%s", (_, before, after, expected) => {
    const lines = expected.map((text) => `      ${text}`);
    expect([...changesInPlace(update(before, after))]).toStrictEqual([[address, lines]]);
  });

  test("resources that are made, or stay, have none", () => {
    const changes = [["create"], ["no-op"], ["delete", "create"]].map((actions) => ({
      address,
      change: { actions, before: null, after: { name: "a" } },
    }));
    expect(changesInPlace(JSON.stringify({ resource_changes: changes })).size).toBe(0);
    expect(changesInPlace("{}").size).toBe(0);
  });
});

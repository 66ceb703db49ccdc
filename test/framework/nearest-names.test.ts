import { describe, expect, it } from "vitest";
import { nearestNames } from "../../src/framework/nearest-names.ts";

describe("nearestNames", () => {
  it.each([
    ["pve", ["pve1", "pve2", "node", "pve10"], ["pve1", "pve2"]],
    ["PVE1", ["pve11", "pve1", "pve2"], ["pve1"]],
    ["nodea", ["NodeA", "nodes"], ["NodeA"]],
    ["pev1", ["pve1", "other"], ["pve1"]],
    ["gpu-host", ["pve1"], []],
    ["x", ["a"], []],
  ])("for %s among %j are %j", (name, names, near) => {
    expect(nearestNames(name, names)).toEqual(near);
  });
});

import { expect, test } from "vitest";
import { formatPath } from "../../src/cty/path.ts";
import { path } from "../../src/framework/path.ts";

test.each([
  [path(), ""],
  [path("nodes"), "nodes"],
  [path("paths", 1), "paths[1]"],
  [path("by_node", { key: "pve 1" }, { key: '"' }, "id"), 'by_node["pve 1"]["\\""].id'],
  [path(0, "id"), "[0].id"],
])("a path is shown as a user writes it: %j", (steps, text) => {
  expect(formatPath(steps)).toBe(text);
});

import { describe, expect, it } from "vitest";
import { enumerated, itemised } from "../../src/provider/wording.ts";

describe("enumerated", () => {
  it.each([
    [[], ""],
    [["pve1"], "pve1"],
    [["pve1", "pve2"], "pve1 and pve2"],
    [["pve1", "pve2", "pve3"], "pve1, pve2 and pve3"],
  ])("joins %j", (items, text) => {
    expect(enumerated(items)).toBe(text);
  });
});

it("of very many, enumerated says how many more there are", () => {
  const items = Array.from({ length: 60 }, (_, index) => `pve${index}`);
  expect(enumerated(items, "or")).toBe(`${items.slice(0, 50).join(", ")} or 10 more`);
  expect(enumerated(items.slice(0, 50), "or")).toBe(`${items.slice(0, 49).join(", ")} or pve49`);
});

describe("itemised", () => {
  it("gives each item a line", () => {
    expect(itemised(["a", "b"])).toBe("\n  - a\n  - b");
  });

  it("counts what does not fit", () => {
    expect(itemised(["a", "b", "c"], 2)).toBe("\n  - a\n  - b\n  - and 1 more");
  });
});

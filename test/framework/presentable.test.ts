import { describe, expect, it } from "vitest";
import { presentable } from "../../src/framework/presentable.ts";

describe("a text for the terminal", () => {
  it.each([
    ["plain text", "NVIDIA GA102 [GeForce RTX 3090]", "NVIDIA GA102 [GeForce RTX 3090]"],
    ["newlines and tabs", "a\n\tb", "a\n\tb"],
    ["newlines of Windows", "a\r\nb", "a\nb"],
    ["a colour", "\u001b[31mred", "\\u001b[31mred"],
    ["NUL, bell and a return", "a\0b\u0007c\rd", "a\\u0000b\\u0007c\\u000dd"],
    ["controls of 8 bits", "\u009b31m", "\\u009b31m"],
    ["another direction of writing", "a\u202eb\u2066c", "a\\u202eb\\u2066c"],
    ["separators of lines", "a\u2028b", "a\\u2028b"],
    ["half a surrogate pair", "a\ud800b", "a\ufffdb"],
    ["letters of all scripts", "größe 高性能 😀", "größe 高性能 😀"],
  ])("is harmless: %s", (_, text, shown) => {
    expect(presentable(text)).toBe(shown);
  });

  it.each([
    ["a long word", `"${"x".repeat(1_000_000)}"`, `"${"x".repeat(499)}… (1000002 characters in all)`],
    [
      "a cut in the middle of a pair",
      `${"x".repeat(499)}${"😀".repeat(1_000)}`,
      `${"x".repeat(499)}… (2499 characters in all)`,
    ],
    [
      "the words beside it stay",
      `a ${"x".repeat(2_000)} b`,
      `a ${"x".repeat(500)}… (2000 characters in all) b`,
    ],
    [
      "a long line",
      "ab ".repeat(10_000),
      `${"ab ".repeat(10_000).slice(0, 4_000)}… (30000 characters in all)`,
    ],
  ])("is not endless: %s", (_, text, shown) => {
    expect(presentable(text)).toBe(shown);
  });

  it("keeps long lists and the lines around a long one", () => {
    const list = Array.from({ length: 400 }, (_, index) => `0000:03:00.${index}`).join(", ");
    expect(presentable(`first\n${list}\nlast`)).toBe(`first\n${list}\nlast`);
    const longest = `${"x".repeat(1_000)} ${"y".repeat(1_000)}`;
    expect(presentable(longest)).toBe(longest);
    expect(presentable("a line\n".repeat(100_000)).length).toBeLessThan(33_000);
  });
});

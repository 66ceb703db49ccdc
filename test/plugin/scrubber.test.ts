import { describe, expect, test } from "vitest";
import { Scrubber } from "../../src/plugin/scrubber.ts";

describe("the scrubber", () => {
  test("takes registered secrets out, wherever they stand", () => {
    const scrubber = new Scrubber();
    scrubber.register("hunter2");
    expect(scrubber.scrub("hunter2 is hunter2.")).toBe("[secret] is [secret].");
    expect(scrubber.scrub("hunter3")).toBe("hunter3");
  });

  test.for([
    ["in a URL", "p=a%20b%2F%22c%22&q", "p=[secret]&q"],
    ["in a form", "p=a+b%2F%22c%22&q", "p=[secret]&q"],
    ["in JSON", '{"p":"a b/\\"c\\""}', '{"p":"[secret]"}'],
    ["as it is", '<a b/"c">', "<[secret]>"],
  ] as const)("finds a secret %s", ([, text, clean]) => {
    const scrubber = new Scrubber();
    scrubber.register('a b/"c"');
    expect(scrubber.scrub(text)).toBe(clean);
  });

  test("takes out a secret that contains another one whole", () => {
    const scrubber = new Scrubber();
    scrubber.register("abc");
    scrubber.register("abcdef");
    expect(scrubber.scrub("abcdef abc")).toBe("[secret] [secret]");
  });

  test("does not take an empty value for a secret", () => {
    const scrubber = new Scrubber();
    scrubber.register("");
    expect(scrubber.scrub("text")).toBe("text");
  });

  test("survives half a character", () => {
    const scrubber = new Scrubber();
    scrubber.register("\ud800secret");
    expect(scrubber.scrub("a \ud800secret")).toBe("a [secret]");
  });
});

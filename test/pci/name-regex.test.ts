import { describe, expect, test } from "vitest";
import { parseNameRegex } from "../../src/pci/name-regex.ts";

describe("parseNameRegex", () => {
  test("takes JavaScript's syntax", () => {
    expect(parseNameRegex("RTX (?<model>\\d{4})\\b").source).toBe("RTX (?<model>\\d{4})\\b");
  });

  test.each([
    ["(", '"(" is not a regular expression in JavaScript\'s syntax: Unterminated group.'],
    ["*", '"*" is not a regular expression in JavaScript\'s syntax: Nothing to repeat.'],
    ["(?i)[", '"(?i)[" is not a regular expression in JavaScript\'s syntax: Unterminated character class.'],
    ["a(?i)b", '"a(?i)b" is not a regular expression in JavaScript\'s syntax: Invalid group.'],
  ])("refuses %s", (source, message) => {
    expect(() => parseNameRegex(source)).toThrow(
      expect.objectContaining({ name: "PciFormatError", message }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { excessOf, MAX_JSON_OBJECTS, MAX_JSON_VALUES } from "../../../src/proxmox/asking/json-limits.ts";

const list = (element: string, count: number) => Buffer.from(`[${`${element},`.repeat(count).slice(0, -1)}]`);

const VALUES = "1000000 values";
const OBJECTS = "50000 objects";

describe("what a JSON text has too much of", () => {
  it.each([
    ["lists", list("[]", MAX_JSON_VALUES), VALUES],
    ["numbers", list("1", MAX_JSON_VALUES + 1), VALUES],
    ["lists inside one another", Buffer.from("[".repeat(MAX_JSON_VALUES + 1)), VALUES],
    ["objects", list('{"a":1}', MAX_JSON_OBJECTS + 1), OBJECTS],
    ["objects inside one another", Buffer.from('{"a":'.repeat(100_000)), OBJECTS],
  ])("is found: %s", (_, text, excess) => {
    expect(excessOf(text)).toBe(excess);
  });

  it.each([
    ["as many numbers as may be", list("1000", MAX_JSON_VALUES - 2)],
    ["as many objects as may be", list('{"abc":1}', MAX_JSON_OBJECTS)],
    ["few long texts", list(`"${"x".repeat(100_000)}"`, 100)],
    ["what looks like values in texts", list(JSON.stringify(',[{"\\\\'.repeat(100_000)), 10)],
    ["a short text, whatever it has", Buffer.from("[".repeat(8 * MAX_JSON_OBJECTS))],
  ])("is nothing: %s", (_, text) => {
    expect(excessOf(text)).toBeNull();
  });
});

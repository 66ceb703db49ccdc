import { describe, expect, test } from "vitest";
import { formatLogLine, LONGEST_LINE, type LogEntry } from "../../src/plugin/log-line.ts";

const entry: LogEntry = {
  level: "info",
  module: "provider",
  message: "hello",
  time: 1_700_000_000_007,
  fields: {},
};

describe("a log line", () => {
  test("is hclog's JSON, with microseconds and one line break", () => {
    expect(formatLogLine({ ...entry, fields: { node: "pve1", count: 2, ok: true, none: null } })).toBe(
      '{"@level":"info","@module":"provider","@timestamp":"2023-11-14T22:13:20.007000Z","@message":"hello",' +
        '"node":"pve1","count":2,"ok":true,"none":null}\n',
    );
  });

  test("stays one line, whatever the message", () => {
    const line = formatLogLine({
      ...entry,
      message: 'panic: \n"goroutine 1"\u2028\ud800',
      fields: { "a\nb": "c\nd" },
    });
    expect(line.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(line)).toMatchObject({ "a\nb": "c\nd" });
  });

  test("has nothing that a terminal obeys, on the line or where a host prints it", () => {
    const harmful = "\u001b[31m\u009b31m\u202e\u0007\u007f";
    const line = formatLogLine({
      ...entry,
      message: harmful,
      fields: { [harmful]: harmful, tab: "a\tb\nc" },
    });
    const written = "\\u001b[31m\\u009b31m\\u202e\\u0007\\u007f";
    expect(JSON.parse(line)).toMatchObject({ "@message": written, [written]: written, tab: "a\tb\nc" });
    expect(line).not.toMatch(/[^\n -~]/);
  });

  test("never lets a field take the place of hclog's own", () => {
    const line = formatLogLine({ ...entry, fields: { "@level": 5, "@message": null, "@@timestamp": false } });
    expect(JSON.parse(line)).toEqual({
      "@level": "info",
      "@module": "provider",
      "@timestamp": "2023-11-14T22:13:20.007000Z",
      "@message": "hello",
      level: 5,
      message: null,
      timestamp: false,
    });
  });

  test.for([
    ["a long message", { ...entry, message: "x".repeat(1_000_000) }],
    ["a message that grows with escaping", { ...entry, message: "\u0001".repeat(1_000_000) }],
    ["a message of long characters", { ...entry, message: "漢".repeat(1_000_000) }],
    ["a long field", { ...entry, fields: { body: "x".repeat(1_000_000) } }],
    ["a long key", { ...entry, fields: { ["x".repeat(1_000_000)]: 1 } }],
    [
      "many fields",
      { ...entry, fields: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i])) },
    ],
  ] as const)("is shorter than hosts can read, with %s", ([, long]) => {
    const line = formatLogLine(long);
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LONGEST_LINE);
    expect(JSON.parse(line)).toMatchObject({ "@level": "info" });
  });

  test("says how much was cut", () => {
    const line = formatLogLine({ ...entry, message: "y".repeat(100_000) });
    expect(JSON.parse(line)).toMatchObject({ "@message": `${"y".repeat(16_384)}… (cut, 100000 characters)` });
  });
});

import { expect, test } from "vitest";
import { startOf } from "../../../scripts/platforms/measure.ts";

const REPORT = {
  Pid: 80,
  Version: 6,
  Protocol: "grpc",
  SchemaBytes: 31_166,
  HandshakeAt: "2026-11-27T18:12:02.9300001Z",
  SchemaAt: "2026-11-27T19:12:03.180+01:00",
  KillMillis: 31,
  Exited: true,
  Answers: null,
  Log: [
    { "@message": "configuring client automatic mTLS", "@timestamp": "2026-11-27T18:12:02.100Z" },
    { "@message": "starting plugin", "@timestamp": "2026-11-27T18:12:02.180Z" },
  ],
};

test("a start begins where the host starts the program", () => {
  expect(startOf(REPORT)).toEqual({ handshake: 750, schema: 1000 });
});

test.each([
  [{ ...REPORT, Error: "no such file" }, "The host has started nothing: no such file"],
  [{ ...REPORT, Log: null }, "The host has started nothing: undefined"],
])("a report of no start is none", (report, message) => {
  expect(() => startOf(report)).toThrow(message);
});

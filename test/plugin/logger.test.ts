import { describe, expect, test } from "vitest";
import type { Logger } from "../../src/logger.ts";
import { createLogger } from "../../src/plugin/logger.ts";

function collect(environment: { readonly [name: string]: string }) {
  const lines: unknown[] = [];
  const logger = createLogger({
    environment,
    providerName: "gpuhost",
    scrubber: { scrub: (text) => text.replaceAll("hunter2", "[secret]") },
    now: () => 0,
    write: (line) => lines.push(JSON.parse(line)),
  });
  return { logger, lines };
}

function speakAtEveryLevel(logger: Logger): void {
  for (const level of ["trace", "debug", "info", "warn", "error"] as const) logger[level](level);
}

describe("the logger", () => {
  test("is a logger for the other layers", () => {
    const logger: Logger = collect({}).logger;
    expect(logger.info).toBeTypeOf("function");
  });

  test.for([
    [{}, ["warn", "error"]],
    [{ TF_LOG: "trace" }, ["trace", "debug", "info", "warn", "error"]],
    [{ TF_LOG_PROVIDER_GPUHOST: "error" }, ["error"]],
    [{ TF_LOG: "off" }, []],
  ] as const)("writes with %o only what the host asks for", ([environment, levels]) => {
    const { logger, lines } = collect(environment);
    speakAtEveryLevel(logger);
    expect(lines).toEqual(
      levels.map((level): unknown => expect.objectContaining({ "@level": level, "@message": level })),
    );
  });

  test("writes no secret: not in the message, not in a key, not in a value", () => {
    const { logger, lines } = collect({});
    logger.warn("said hunter2", { hunter2: 1, password: "hunter2!" });
    expect(lines).toEqual([
      {
        "@level": "warn",
        "@module": "provider",
        "@timestamp": "1970-01-01T00:00:00.000000Z",
        "@message": "said [secret]",
        "[secret]": 1,
        password: "[secret]!",
      },
    ]);
  });
});

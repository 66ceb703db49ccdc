import { describe, expect, test } from "vitest";
import { readLogLevel } from "../../src/plugin/log-level.ts";

describe("the log level", () => {
  test.for([
    [{}, "warn"],
    [{ TF_LOG: "" }, "warn"],
    [{ TF_LOG: "trace" }, "trace"],
    [{ TF_LOG: "DEBUG" }, "debug"],
    [{ TF_LOG: "Info" }, "info"],
    [{ TF_LOG: "WARN" }, "warn"],
    [{ TF_LOG: "error" }, "error"],
    [{ TF_LOG: "off" }, "off"],
    [{ TF_LOG: "JSON" }, "trace"],
    [{ TF_LOG: "verbose" }, "trace"],
    [{ TF_LOG_CORE: "trace" }, "warn"],
    [{ TF_LOG: "trace", TF_LOG_PROVIDER: "error" }, "error"],
    [{ TF_LOG: "trace", TF_LOG_PROVIDER: "" }, "trace"],
    [{ TF_LOG_PROVIDER: "trace", TF_LOG_PROVIDER_GPUHOST: "off" }, "off"],
    [{ TF_LOG_PROVIDER_OTHER: "trace" }, "warn"],
  ] as const)("of %o is %s", ([environment, level]) => {
    expect(readLogLevel(environment, "gpuhost")).toBe(level);
  });
});

import { describe, expect, it } from "vitest";
import { CtyError } from "../../src/cty/error.ts";
import { DiagnosticError, errorDiagnostic, warningDiagnostic } from "../../src/framework/diagnostics.ts";
import { failureDiagnostics } from "../../src/framework/failure.ts";
import { path } from "../../src/framework/path.ts";
import { ResultError } from "../../src/framework/result.ts";
import { StoppedError } from "../../src/framework/stop.ts";
import { recordingLogger } from "./support/recording-logger.ts";

function diagnose(error: unknown) {
  const { logger, lines } = recordingLogger();
  const diagnostics = failureDiagnostics(error, {
    action: "Reading example_things",
    bugReports: "https://example.org/issues",
    logger,
    scrub: (message) => message.replaceAll("s3cret", "***"),
  });
  return { diagnostics, lines };
}

function withStack(error: Error, stack: string | undefined): Error {
  Object.assign(error, { stack });
  return error;
}

function withoutMessage(error: Error): Error {
  return Object.assign(error, { message: "" });
}

const bug = (problem: string) =>
  `Reading example_things failed unexpectedly: ${problem}.\n\n` +
  "This is a bug in the provider. Please report it at https://example.org/issues";

describe("failureDiagnostics", () => {
  it("shows diagnostics that were thrown as they are, and logs nothing", () => {
    const thrown = [warningDiagnostic("A", "b"), errorDiagnostic("C", "d", path("e"))];
    expect(diagnose(new DiagnosticError(thrown))).toEqual({ diagnostics: thrown, lines: [] });
  });

  it("says that a stop was a stop", () => {
    expect(diagnose(new StoppedError()).diagnostics).toEqual([
      errorDiagnostic(
        "Operation Cancelled",
        "Reading example_things was cancelled: the host asked the provider to stop.",
      ),
    ]);
  });

  it("says that the host sent what cannot be decoded, and where it is", () => {
    const error = new CtyError("mismatch", "a string is required, not true", {
      path: path("names", 1),
      offset: 9,
    });
    expect(diagnose(error).diagnostics).toEqual([
      errorDiagnostic(
        "Invalid Value from the Host",
        "Reading example_things is not possible: the host sent a value that cannot be decoded: " +
          "names[1]: a string is required, not true (at byte 9).",
        path("names", 1),
      ),
    ]);
  });

  it.each<readonly [string, unknown, string, ReturnType<typeof path>]>([
    ["an error", new TypeError("x is not a function"), "TypeError: x is not a function", []],
    ["an error without a message", withoutMessage(new RangeError("x")), "RangeError", []],
    [
      "an error with a stack in its message",
      new Error("it failed\n    at read (/home/me/src/read.ts:7:1)\nbadly"),
      "Error: it failed badly",
      [],
    ],
    ["a result that does not fit", new ResultError("is NaN", path("a", 0)), "a[0] is NaN", path("a", 0)],
    ["a thrown text", "s3cret", "a thrown string", []],
    ["a thrown object without prototype", Object.create(null), "a thrown object", []],
    ["nothing", undefined, "a thrown undefined", []],
  ])("calls %s a bug and says where to report it", (_what, error, problem, at) => {
    expect(diagnose(error).diagnostics).toEqual([
      errorDiagnostic("Internal Error in the Provider", bug(problem), at),
    ]);
  });

  it("leaves the stack of a bug in the log, at debug level, without secrets", () => {
    const { lines } = diagnose(withStack(new Error("token s3cret"), "Error: token s3cret\n    at read"));
    expect(lines).toEqual([
      {
        level: "debug",
        message: "Reading example_things failed unexpectedly",
        fields: { error: "Error: token ***", stack: "Error: token ***\n    at read" },
      },
    ]);
  });

  it("logs an empty stack where there is none", () => {
    expect(diagnose(withStack(new Error("a"), undefined)).lines[0]?.fields).toEqual({
      error: "Error: a",
      stack: "",
    });
  });
});

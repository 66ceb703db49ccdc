import { describe, expect, test } from "vitest";
import { HelpRequest, parseArguments, UsageError } from "../../scripts/arguments.ts";

const usage = {
  command: "npm run example",
  summary: "Does what an example does",
  options: {
    check: { type: "boolean", description: "Changes nothing" },
    output: { type: "string", value: "FOLDER", description: "Where it goes" },
    only: { type: "string", value: "NAME", description: "This one alone", multiple: true },
  },
  operands: { name: "PATH", description: "What it is about", most: 2 },
} as const;

function thrown(args: readonly string[], of: object = usage): unknown {
  try {
    parseArguments(of as typeof usage, args);
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("arguments of a script", () => {
  test("are its options and operands", () => {
    expect(parseArguments(usage, [])).toMatchObject({ values: {}, operands: [] });
    const args = ["--check", "--only", "a", "--output=dist", "one", "--only=b", "--", "--two"];
    expect(parseArguments(usage, args)).toMatchObject({
      values: { check: true, output: "dist", only: ["a", "b"] },
      operands: ["one", "--two"],
    });
  });

  test.each<[string[], string]>([
    [["--chek"], "There is no option --chek; did you mean --check?"],
    [["--Check"], "There is no option --Check; did you mean --check?"],
    [["--hlep"], "There is no option --hlep; did you mean --help?"],
    [["--colour"], "There is no option --colour."],
    [["--constructor"], "There is no option --constructor."],
    [["-x"], "There is no option -x."],
    [["--check=yes"], '--check takes no value, and "yes" is given.'],
    [["--output"], "--output needs FOLDER behind it."],
    [["--output="], "--output needs FOLDER behind it."],
    [["--check", "--check"], "--check is there twice."],
    [["a", "b", "c"], '"c" is too much: at most 2 PATH may be named.'],
  ])("are refused: %j", (args, message) => {
    const error = thrown(args);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ message });
  });

  test("are refused where a script takes none", () => {
    const none = { command: "npm run example", summary: "Does it" };
    expect(thrown(["test/cty"], none)).toMatchObject({
      message: '"test/cty" is not an option, and nothing else is taken.',
    });
    expect(thrown(["--check"], none)).toMatchObject({ message: "There is no option --check." });
  });

  test("may ask for help, whatever else is there", () => {
    for (const args of [["--help"], ["-h"], ["--check", "--help", "--colour"]]) {
      const error = thrown(args);
      expect(error).toBeInstanceOf(HelpRequest);
      expect(error).toMatchObject({
        message: [
          "Does what an example does.",
          "",
          "Usage: npm run example -- [OPTIONS] [PATH…]",
          "",
          "  PATH             What it is about.",
          "  --check          Changes nothing.",
          "  --output FOLDER  Where it goes.",
          "  --only NAME      This one alone.",
          "  --help           Says this.",
        ].join("\n"),
      });
    }
  });
});

import { describe, expect, test } from "vitest";
import { Screen, type TextStream } from "../../src/cli/screen.ts";
import { drawLine, flow } from "../../src/cli/styled-line.ts";
import { cut, oneLine, padded, widthOf, wrapped } from "../../src/cli/text.ts";

test.for([
  ["RTX\n3090\t24G", "RTX 3090 24G"],
  ["a\u001b[31mb\u0007", "a\\u001b[31mb\\u0007"],
  ["left\u202eright", "left\\u202eright"],
] as const)("%j on one line is %j", ([text, line]) => {
  expect(oneLine(text)).toBe(line);
});

test.for([
  ["RTX 3090", 8, "RTX 3090"],
  ["RTX 3090", 7, "RTX 30…"],
  ["RTX 3090", 5, "RTX…"],
  ["显卡显卡", 8, "显卡显卡"],
  ["显卡显卡", 6, "显卡…"],
  ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
  ["RTX", 1, "…"],
  ["RTX", 0, ""],
] as const)("%j cut to %i columns is %j", ([text, columns, kept]) => {
  expect(cut(text, columns)).toBe(kept);
  expect(widthOf(cut(text, columns))).toBeLessThanOrEqual(columns);
});

test("what is wide gets less space behind it", () => {
  expect(padded("显卡", 6)).toBe("显卡  ");
  expect(padded("RTX 3090", 3)).toBe("RTX 3090");
});

test.for([
  ["one two three", null, ["one two three"]],
  ["one two three", 8, ["one two", "three"]],
  ["one two three", 7, ["one two", "three"]],
  ["- one two\n- three", 6, ["- one", "  two", "- three"]],
  ["  - one two", 7, ["  - one", "    two"]],
  ["incomprehensibilities are", 5, ["incomprehensibilities", "are"]],
] as const)("%j in %s columns is %j", ([text, columns, lines]) => {
  expect(wrapped(text, columns)).toEqual(lines);
});

const stream = (more: object = {}): TextStream => ({ write: () => true, on: () => {}, ...more });

describe("a screen", () => {
  test.for([
    [{ isTTY: true, columns: 120 }, {}, 120],
    [{ isTTY: true, columns: 120 }, { COLUMNS: "60" }, 120],
    [{ isTTY: true }, {}, 80],
    [{ isTTY: true, columns: 0 }, { COLUMNS: "60" }, 60],
    [{}, {}, null],
    [{}, { COLUMNS: "60" }, 60],
    [{}, { COLUMNS: "wide" }, null],
  ] as const)("%j with %j has %s columns", ([terminal, environment, columns]) => {
    expect(new Screen(stream(terminal), environment, "linux").columns).toBe(columns);
  });

  test.for([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: "" }, true],
    [{ isTTY: true }, { NO_COLOR: "1" }, false],
    [{ isTTY: true }, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    [{ isTTY: true }, { TERM: "dumb" }, false],
    [{}, { FORCE_COLOR: "1" }, false],
  ] as const)("%j with %j has colour: %s", ([terminal, environment, coloured]) => {
    expect(new Screen(stream(terminal), environment, "linux").paint("red", "x") !== "x").toBe(coloured);
  });

  test.for([
    [{}, true],
    [{ LANG: "de_DE.UTF-8" }, true],
    [{ LANG: "en_US.utf8", LC_ALL: "" }, true],
    [{ LC_ALL: "C", LANG: "de_DE.UTF-8" }, false],
    [{ LC_CTYPE: "de_DE.ISO-8859-1" }, false],
  ] as const)("with %j it shows Unicode: %s", ([environment, unicode]) => {
    expect(new Screen(stream(), environment, "linux").unicode).toBe(unicode);
  });
});

describe("a screen of Windows", () => {
  test.for([
    ["a console", { isTTY: true, columns: 120 }, {}, { columns: 119, unicode: true, coloured: true }],
    ["a narrow console", { isTTY: true, columns: 1 }, {}, { columns: 1, unicode: true, coloured: true }],
    ["a console of unknown width", { isTTY: true }, {}, { columns: 80, unicode: true, coloured: true }],
    [
      "a console without colour",
      { isTTY: true, columns: 80 },
      { NO_COLOR: "1" },
      { columns: 79, unicode: true, coloured: false },
    ],
    ["a pipe of PowerShell or cmd", {}, {}, { columns: null, unicode: false, coloured: false }],
    [
      "a pipe, or the terminal, of Git Bash",
      {},
      { LANG: "en_US.UTF-8", TERM: "xterm-256color", COLUMNS: "100" },
      { columns: 100, unicode: true, coloured: false },
    ],
    [
      "a console that a locale speaks of",
      { isTTY: true, columns: 80 },
      { LC_ALL: "C" },
      { columns: 79, unicode: false, coloured: true },
    ],
  ] as const)("%s", ([, terminal, environment, expected]) => {
    const screen = new Screen(stream(terminal), environment, "win32");
    const coloured = screen.paint("red", "x") !== "x";
    expect({ columns: screen.columns, unicode: screen.unicode, coloured }).toEqual(expected);
  });
});

describe("a line of parts", () => {
  const screen = new Screen(stream({ isTTY: true, columns: 10 }), { NO_COLOR: "1" }, "linux");

  test("is cut as a whole", () => {
    expect(drawLine([{ text: "0123" }, { text: "456789abc" }, { text: "def" }], screen)).toBe("012345678…");
    expect(drawLine([{ text: "0123" }, { text: "456789" }], screen)).toBe("0123456789");
  });

  test("flows on to the next where it does not fit", () => {
    const lines = flow([{ text: "aaaa" }, { text: "bbb" }, { text: "cccc" }], screen, 0);
    expect(lines.map((parts) => parts.map(({ text }) => text).join(""))).toEqual(["aaaa · bbb", "cccc"]);
  });

  test("is broken at spaces where one part alone is too wide", () => {
    const lines = flow([{ text: "aa" }, { text: "with 00:01.0, 00:01.1", style: "red" }], screen, 0);
    expect(lines.map((parts) => parts.map(({ text }) => text).join(""))).toEqual([
      "aa · with",
      "00:01.0,",
      "00:01.1",
    ]);
    expect(lines[1]).toEqual([{ text: "00:01.0,", style: "red" }]);
  });
});

import { expect, test } from "vitest";
import { lintFiles } from "./lint-files.ts";

interface Refused {
  readonly what: string;
  readonly path: string;
  readonly text: string;
  readonly rule: string;
}

const ofLines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `export const x${index} = ${index};\n`).join("");

/** What the linter of this project has to refuse beside imports in the wrong direction. */
const refused: readonly Refused[] = [
  {
    what: "any",
    path: "src/pci/any.ts",
    text: "export const x = (value: any): number => value.x;\n",
    rule: "lint/suspicious/noExplicitAny",
  },
  {
    what: "a cycle of two files",
    path: "src/pci/cycle-one.ts",
    text: 'import { two } from "./cycle-two.ts";\nexport const one = (): number => two();\n',
    rule: "lint/suspicious/noImportCycles",
  },
  {
    what: "the other file of the cycle",
    path: "src/pci/cycle-two.ts",
    text: 'import { one } from "./cycle-one.ts";\nexport const two = (): number => one();\n',
    rule: "lint/suspicious/noImportCycles",
  },
  {
    what: "a cycle of types",
    path: "src/pci/cycle-of-types.ts",
    text: 'import type { B } from "./cycle-of-types-b.ts";\nexport type A = B | 1;\n',
    rule: "lint/suspicious/noImportCycles",
  },
  {
    what: "the other file of the cycle of types",
    path: "src/pci/cycle-of-types-b.ts",
    text: 'import type { A } from "./cycle-of-types.ts";\nexport type B = A[] | 2;\n',
    rule: "lint/suspicious/noImportCycles",
  },
  {
    what: "a type that imports in place",
    path: "src/pci/type-import.ts",
    text: 'export type X = import("../cty/it.ts").X;\n',
    rule: "plugin",
  },
  {
    what: "require",
    path: "src/plugin/require.ts",
    text: 'export const x: unknown = require("node:fs");\n',
    rule: "lint/style/noCommonJs",
  },
  {
    what: "a default export",
    path: "src/pci/default-export.ts",
    text: "export default 1;\n",
    rule: "lint/style/noDefaultExport",
  },
  {
    what: "a part of Node without its prefix",
    path: "src/plugin/prefix.ts",
    text: 'import { join } from "path";\nexport const x = join("a");\n',
    rule: "lint/style/useNodejsImportProtocol",
  },
  {
    what: "a type imported as a value",
    path: "src/pci/import-type.ts",
    text: 'import { X } from "./x.ts";\nexport type Y = X;\n',
    rule: "lint/style/useImportType",
  },
  {
    what: "an import without its extension",
    path: "src/pci/extension.ts",
    text: 'import { x0 } from "./long";\nexport const y = x0;\n',
    rule: "lint/correctness/useImportExtensions",
  },
  {
    what: "a promise that nobody waits for",
    path: "src/plugin/floating.ts",
    text: "async function work(): Promise<void> {}\nexport function start(): void {\n  work();\n}\n",
    rule: "lint/nursery/noFloatingPromises",
  },
  {
    what: "console outside the command line",
    path: "src/plugin/console.ts",
    text: 'export const x = (): void => console.log("x");\n',
    rule: "lint/suspicious/noConsole",
  },
  {
    what: "the environment outside main",
    path: "src/proxmox/environment.ts",
    text: 'import process from "node:process";\nexport const x = (): string | undefined => process.env["X"];\n',
    rule: "lint/style/noProcessEnv",
  },
  {
    what: "the end of the process outside main",
    path: "src/plugin/exit.ts",
    text: 'import process from "node:process";\nexport const x = (): void => process.exit(1);\n',
    rule: "lint/nursery/noProcessExit",
  },
  {
    what: "a timer in pci",
    path: "src/pci/timer.ts",
    text: "export const x = (): unknown => setTimeout(() => undefined, 1);\n",
    rule: "lint/style/noRestrictedGlobals",
  },
  {
    what: "a package that only tests may use",
    path: "src/plugin/dev-dependency.ts",
    text: 'import { Root } from "protobufjs";\nexport const x = Root;\n',
    rule: "lint/correctness/noUndeclaredDependencies",
  },
  {
    what: "a package that is not asked for",
    path: "src/plugin/undeclared.ts",
    text: 'import { x } from "left-pad";\nexport const y = x;\n',
    rule: "lint/correctness/noUndeclaredDependencies",
  },
  {
    what: "a file of more than 300 lines",
    path: "src/pci/long.ts",
    text: ofLines(301),
    rule: "lint/style/noExcessiveLinesPerFile",
  },
  {
    what: "an assertion inside an if",
    path: "src/pci/conditional.test.ts",
    text: 'import { expect, test } from "vitest";\ntest("x", () => {\n  if (Math.random() > 0) expect(1).toBe(1);\n});\n',
    rule: "lint/suspicious/noConditionalExpect",
  },
  {
    what: "a skipped test",
    path: "src/pci/skipped.test.ts",
    text: 'import { expect, test } from "vitest";\ntest.skip("x", () => {\n  expect(1).toBe(1);\n});\n',
    rule: "lint/suspicious/noSkippedTests",
  },
  {
    what: "the only test",
    path: "src/pci/focused.test.ts",
    text: 'import { expect, test } from "vitest";\ntest.only("x", () => {\n  expect(1).toBe(1);\n});\n',
    rule: "lint/suspicious/noFocusedTests",
  },
  {
    what: "a switched off type check",
    path: "src/pci/ignore.ts",
    text: "// @ts-ignore\nexport const x: string = 1;\n",
    rule: "lint/suspicious/noTsIgnore",
  },
];

const refusals = lintFiles(new Map(refused.map(({ path, text }) => [path, text])));

test.for(refused)("$what is refused", ({ path, rule }) => {
  expect(refusals.get(path)).toContain(rule);
});

const accepted: readonly (readonly [string, string, string])[] = [
  ["a plain file", "src/pci/plain.ts", "export const x = 1;\n"],
  ["console in the command line", "src/cli/console.ts", 'export const x = (): void => console.log("x");\n'],
  [
    "the environment in main",
    "src/main.ts",
    'import process from "node:process";\nexport const x = process.env["X"];\n',
  ],
  ["a file of 300 lines", "src/pci/long.ts", ofLines(300)],
  ["a long test", "test/pci/long.test.ts", ofLines(400)],
];

test.for(accepted)("%s is accepted", ([, path, text]) => {
  expect(lintFiles(new Map([[path, text]])).get(path)).toEqual([]);
});

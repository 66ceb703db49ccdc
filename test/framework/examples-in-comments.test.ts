/** Examples in comments of the framework are code that compiles. */
import { globSync } from "node:fs";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { readProjectFile } from "../support/documentation.ts";

const compiled = readProjectFile("test/framework/examples-in-comments.test-d.ts");

/** The examples in the comments of a file. */
function examplesIn(file: string): string[] {
  return [...readProjectFile(file).matchAll(/^ \* ```ts\n(.*?)^ \* ```$/gms)].map(([, lines = ""]) =>
    lines.replace(/^ \* ?/gm, ""),
  );
}

const examples = globSync("src/**/*.ts", { cwd: projectRoot }).flatMap((file) =>
  examplesIn(file).map((code) => ({ file: file.replaceAll("\\", "/"), code })),
);

test("each example is in the file that tsc compiles", () => {
  expect(examples.map(({ file }) => file).toSorted()).toStrictEqual([
    "src/framework/data-source.ts",
    "src/framework/function.ts",
    "src/framework/provider.ts",
  ]);
  for (const { code } of examples) expect(compiled).toContain(`\n\n${code}`);
});

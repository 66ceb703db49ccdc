/** What a file exports is used by another file: anything else is dead, or the file's own. */
import { globSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";

/** Functions, classes and constants. Types may be there for the signature of a function that others call. */
const EXPORT = /^export (?:async )?(?:function\*?|class|const) (\w+)/gm;

/** `import { a, type b as c } from "./d.ts"`, and `const { a } = await import("./d.ts")`. */
const IMPORT = /\{([^{}]*)\}\s*(?:from\s*|=\s*await import\(\s*)"(\.[^"]+)"/g;

/** Exports that no import names, and why they are there. */
const EXPECTED: readonly string[] = [
  // vitest takes it from a file with `globalSetup`.
  "test/e2e/global-setup.ts setup",
  "test/platforms/global-setup.ts setup",
];

test("nothing is exported that no other file imports", () => {
  const files = globSync("{src,scripts,test,*.ts}{,/**/*.{ts,mjs}}", { cwd: projectRoot })
    .map((path) => path.replaceAll(sep, "/"))
    .filter(
      (path) => /\.(?:ts|mjs)$/.test(path) && !/\/(?:gen|node_modules)\/|\.d\.ts$|\.test-d\.ts$/.test(path),
    )
    .map((path) => ({ path, text: readFileSync(join(projectRoot, path), "utf8") }));
  const imported = new Set(files.flatMap(({ path, text }) => importsOf(path, text)));
  const dead = files.flatMap(({ path, text }) =>
    [...text.matchAll(EXPORT)]
      .map(([, name]) => `${path} ${name}`)
      // Each data source is exported; only of some does a test import it.
      .filter((one) => !(imported.has(one) || one.startsWith("src/provider/data-sources.ts "))),
  );
  expect(files.length).toBeGreaterThan(500);
  expect(dead.toSorted()).toStrictEqual(EXPECTED);
});

/** Each as `src/pci/id.ts parseVendorId`. */
function importsOf(path: string, text: string): readonly string[] {
  return [...text.matchAll(IMPORT)].flatMap(([, names = "", from = ""]) =>
    names
      .split(",")
      .map((name) =>
        name
          .trim()
          .replace(/^type /, "")
          .replace(/(?:\s+as\s|:).*$/s, ""),
      )
      .map((name) => `${posix.join(posix.dirname(path), from)} ${name}`),
  );
}

/** What the provider is made of is written down: docs/dependencies.md for people, a list with licences for all that npm installs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../scripts/project.ts";
import { bundledPackages } from "../scripts/release/bundled-packages.ts";

interface Installed {
  readonly version: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
}

const read = (path: string) => readFileSync(join(projectRoot, path), "utf8");
const manifest = JSON.parse(read("package.json")) as Record<
  "dependencies" | "devDependencies" | "optionalDependencies",
  Record<string, string>
>;
const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, Installed> };
/** Fetched by the benchmark alone, to draw. */
const plots = JSON.parse(read("scripts/bench/plots/package-lock.json")) as typeof lock;
const page = read("docs/dependencies.md");

/** The packages that the first column of the table under a heading names. */
function tableOf(text: string, heading: string): readonly string[] {
  const [, section = ""] = text.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  return own
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ""))
    .sort();
}

/** A line for each package: its name, licence, and whether installing it would run something. */
function listOf(packages: Record<string, Installed>): string {
  const lines = Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, { license, hasInstallScript, dev }]) =>
      [
        path.split("node_modules/").at(-1),
        license ?? "no licence",
        ...(dev === true ? [] : ["not for development alone"]),
        ...(hasInstallScript === true ? ["install script"] : []),
      ].join(" · "),
    );
  return `${[...new Set(lines)].sort().join("\n")}\n`;
}

describe("dependencies", () => {
  test("those in the binary are six at most, each with its reason", () => {
    const names = Object.keys(manifest.dependencies).sort();
    expect(names.length).toBeLessThanOrEqual(6);
    expect(tableOf(page, "In the binary")).toEqual(names);
  });

  test("the binary has code of no package that the page does not name", async () => {
    const [, section = ""] = page.split("\n## In the binary\n");
    const named = [...(section.split("\n## ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    const bundled = (await bundledPackages("0.0.0")).map(({ name }) => name);
    expect(bundled.length).toBeGreaterThanOrEqual(6);
    expect(bundled.filter((name) => !named.includes(name))).toEqual([]);
  });

  test("those for building and testing have a reason each", () => {
    expect(tableOf(page, "For building and testing")).toEqual(Object.keys(manifest.devDependencies).sort());
  });

  test("every package of the lock file is written down, with licence and install script", async () => {
    const all = `${listOf(lock.packages)}\nTo draw benchmarks:\n${listOf(plots.packages)}`;
    await expect(all).toMatchFileSnapshot("fixtures/dependencies.txt");
  });

  test.for([
    [
      "a package",
      { "node_modules/new": { version: "1.0.0", license: "MIT" } },
      "new · MIT · not for development alone",
    ],
    [
      "a licence",
      { "node_modules/ajv": { version: "1.0.0", license: "SSPL-1.0", dev: true } },
      "ajv · SSPL-1.0",
    ],
    ["none", { "node_modules/ajv": { version: "1.0.0", dev: true } }, "ajv · no licence"],
    [
      "an install script",
      { "node_modules/ajv": { version: "1.0.0", license: "MIT", dev: true, hasInstallScript: true } },
      "ajv · MIT · install script",
    ],
  ] as const)("%s that is new would be seen", ([, added, line]) => {
    const list = listOf({ ...lock.packages, ...added }).split("\n");
    expect(list).toContain(line);
    expect(listOf(lock.packages).split("\n")).not.toContain(line);
  });
});

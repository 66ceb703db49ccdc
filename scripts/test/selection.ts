/** Selects the tests of a run. */
import { globSync, statSync } from "node:fs";
import { relative, resolve, sep } from "node:path";

/** The two kinds of tests, as in vitest.config.ts. */
export type Project = "unit" | "e2e";

export interface TestSelection {
  /** Whether types, lint and format are checked too. */
  readonly checks: boolean;
  /** Whether the packages are also started on other platforms, if they have changed. */
  readonly platforms: boolean;
  /** What vitest runs, with paths from the root of the project; no paths mean all. */
  readonly runs: readonly { readonly project: Project; readonly paths: readonly string[] }[];
}

/**
 * @param root The folder of package.json.
 * @param from Where relative paths begin.
 * @throws {Error} When a path has no tests, or none of the wanted kind.
 */
export function selectTests(
  root: string,
  from: string,
  kinds: { readonly [kind in Project]?: boolean | undefined },
  paths: readonly string[],
): TestSelection {
  const anyKind = kinds.unit !== true && kinds.e2e !== true;
  const projects = (["unit", "e2e"] as const).filter((project) => anyKind || kinds[project] === true);
  if (paths.length === 0) {
    return { checks: anyKind, platforms: anyKind, runs: projects.map((project) => ({ project, paths: [] })) };
  }
  const files = paths.map((path) => testsAt(root, from, path));
  const runs = projects.map((project) => ({
    project,
    paths: files.flat().filter((file) => file.startsWith("test/e2e/") === (project === "e2e")),
  }));
  for (const [index, found] of files.entries()) {
    if (!found.some((file) => runs.some((run) => run.paths.includes(file)))) {
      throw new Error(`${JSON.stringify(paths[index])} has no ${projects.join(" or ")} tests.`);
    }
  }
  return { checks: false, platforms: false, runs: runs.filter((run) => run.paths.length > 0) };
}

/** The test files at or below a path. */
function testsAt(root: string, from: string, path: string): readonly string[] {
  // npm runs scripts in the folder of package.json; people write paths from there or from where they are.
  const place = [resolve(from, path), resolve(root, path)].find((one) =>
    statSync(one, { throwIfNoEntry: false }),
  );
  if (place === undefined) throw new Error(`There is no ${JSON.stringify(path)}.`);
  const below = relative(root, place).split(sep).join("/");
  return globSync("test/**/*.test.ts", { cwd: root })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => file === below || below === "" || file.startsWith(`${below}/`))
    .toSorted();
}

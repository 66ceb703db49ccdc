import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
/** What everybody installs, and what whoever measures installs besides. */
const folders = [".", "scripts/bench/plots"];

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly inBundle?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const textOf = (folder: string, file: string): string => readFileSync(join(root, folder, file), "utf8");
const { packages } = JSON.parse(textOf(".", "package-lock.json")) as {
  packages: Readonly<Record<string, LockedPackage>>;
};

describe.each(folders)("in %s", (folder) => {
  test("every dependency is asked for in one version", () => {
    const manifest = JSON.parse(textOf(folder, "package.json")) as Manifest;
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    const versions = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test("the lock file says nothing about where packages come from", () => {
    expect(textOf(folder, "package-lock.json").match(/https?:\/\/[^"]*\.tgz/g)).toBeNull();
  });

  test("nothing runs while it is installed", () => {
    expect(textOf(folder, ".npmrc")).toMatch(/^ignore-scripts=true$/m);
  });
});

/** The folder in which Node looks for `name` when a file in `folder` asks for it. */
function resolved(folder: string, name: string): string | undefined {
  const candidate = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
  if (packages[candidate] !== undefined) return candidate;
  if (folder === "") return undefined;
  return resolved(folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/"))), name);
}

// Without them npm ci refuses the lock file, on every platform.
test("the packages of other platforms are in the lock file too", () => {
  const missing = Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => resolved(folder, name) === undefined),
  );
  expect(missing).toEqual([]);
});

test("every package of every platform is held by its hash", () => {
  const withoutHash = Object.entries(packages).filter(
    // What lies in the archive of another is held by that one's.
    ([folder, { integrity, inBundle }]) => folder !== "" && integrity === undefined && inBundle !== true,
  );
  expect(withoutHash.map(([folder]) => folder)).toEqual([]);
});

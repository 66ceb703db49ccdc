import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generatedFolders } from "../../../scripts/generate-proto.ts";
import { projectRoot } from "../../../scripts/project.ts";
import { refusedAsStale, refusedSource } from "../../../scripts/release/refusals.ts";
import { readSource, type SourceState } from "../../../scripts/release/source.ts";
import { source, temporaryFolder } from "../../support/release/packages.ts";

const CHANGELOG = "# Changelog\n\n## 1.2.3 (November 27, 2026)\n\n## 1.2.2\n";
const OTHER = "fedcba9876543210fedcba9876543210fedcba98";

describe("a commit", () => {
  test("that is tagged, committed and written of may be released", () => {
    expect(refusedSource(source, "1.2.3", CHANGELOG)).toEqual([]);
  });

  test("without a tag may be released too, and may be called unreleased", () => {
    const untagged = { ...source, tags: [], allTags: new Map() };
    expect(refusedSource(untagged, "1.2.3", CHANGELOG.replace("November 27, 2026", "Unreleased"))).toEqual(
      [],
    );
  });

  const cases: readonly [string, Partial<SourceState>, string, string, string][] = [
    [
      "with changes",
      { changed: ["a", "b", "c", "d", "e", "f", "g"] },
      "1.2.3",
      CHANGELOG,
      "Not everything is committed: a, b, c, d, e and 2 more. Commit it, or remove it.",
    ],
    [
      "of a version that is released",
      { tags: [], allTags: new Map([["v1.2.3", OTHER]]) },
      "1.2.3",
      CHANGELOG,
      "1.2.3 is released already: v1.2.3 is the commit fedcba987654, and this is 0123456789ab. Give package.json the next version, or check out v1.2.3.",
    ],
    [
      "with the tag of another version",
      { tags: ["v1.2.4", "nightly"], allTags: new Map([["v1.2.4", source.commit]]) },
      "1.2.3",
      CHANGELOG,
      "This commit is v1.2.4, and package.json says 1.2.3. Let the tag and package.json say the same.",
    ],
    [
      "of which the changelog knows nothing",
      { tags: [], allTags: new Map() },
      "1.2.4",
      CHANGELOG,
      "CHANGELOG.md begins with 1.2.3, and package.json says 1.2.4. Write what is new in 1.2.4 first.",
    ],
    [
      "that has an empty changelog",
      {},
      "1.2.3",
      "# Changelog\n",
      "CHANGELOG.md begins with no version, and package.json says 1.2.3. Write what is new in 1.2.3 first.",
    ],
    [
      "that is tagged and called unreleased",
      {},
      "1.2.3",
      CHANGELOG.replace("November 27, 2026", "Unreleased"),
      'CHANGELOG.md says "## 1.2.3 (Unreleased)" of a version that has a tag. Write its date there: ## 1.2.3 (November 27, 2026).',
    ],
  ];
  test.each(cases)("%s may not", (_, state, version, changelog, message) => {
    expect(refusedSource({ ...source, ...state }, version, changelog)).toEqual([message]);
  });
});

describe("what git says", () => {
  const git = (folder: string, ...args: readonly string[]): string =>
    execFileSync("git", ["-C", folder, "-c", "user.name=T", "-c", "user.email=t@example.org", ...args], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], GIT_COMMITTER_DATE: "2026-11-27T13:00:00+01:00" },
    }).trim();

  test("of a checkout: commit, date in UTC, tags of both kinds, and what is not committed", () => {
    const folder = temporaryFolder();
    git(folder, "init", "--quiet");
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "one");
    git(folder, "tag", "v1.0.0");
    const first = git(folder, "rev-parse", "HEAD");
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "two");
    git(folder, "tag", "--annotate", "v1.1.0", "--message", "with a message");
    const second = git(folder, "rev-parse", "HEAD");
    writeFileSync(join(folder, "new file"), "");
    expect(readSource(folder)).toEqual({
      commit: second,
      date: "2026-11-27T12:00:00Z",
      changed: ['"new file"'],
      tags: ["v1.1.0"],
      allTags: new Map([
        ["v1.0.0", first],
        ["v1.1.0", second],
      ]),
    });
  });

  test("where there is no checkout", () => {
    expect(() => readSource(temporaryFolder())).toThrow(
      /^A release is made of a commit, and git does not name one: fatal: not a git repository/,
    );
  });
});

test("stale code, rules and pages are told with the command that mends them", {
  timeout: 600_000,
}, async () => {
  const folder = temporaryFolder();
  for (const path of [
    ...generatedFolders.map((one) => one.folder),
    "scripts/lint/gen",
    "docs",
    "examples",
    "templates",
  ]) {
    mkdirSync(join(folder, path), { recursive: true });
    cpSync(join(projectRoot, path), join(folder, path), { recursive: true });
  }
  expect(await refusedAsStale(folder, console.log)).toEqual([]);
  writeFileSync(join(folder, "src/plugin/gen/health.ts"), "");
  writeFileSync(join(folder, "scripts/lint/gen/layers.json"), "{}\n");
  rmSync(join(folder, "docs/index.md"));
  expect(await refusedAsStale(folder, console.log)).toEqual([
    "Not as npm run generate writes it: src/plugin/gen/health.ts. Run npm run generate, and commit what it writes.",
    "Not as npm run format writes it: scripts/lint/gen/layers.json. Run npm run format, and commit what it writes.",
    "Not as npm run docs writes it: docs/index.md. Run npm run docs, and commit what it writes.",
  ]);
});

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import {
  CODE_PAGES,
  COMMAND_LINE_PAGE,
  documentedProvider,
  guidePaths,
  markdownPaths,
  pagePaths,
  readProjectFile,
} from "../support/documentation.ts";
import { anchors, links } from "../support/markdown.ts";

test("there is a page for everything there is, and guides and pages for readers of the code besides", () => {
  expect(pagePaths()).toStrictEqual([
    "README.md",
    "CONTRIBUTING.md",
    ...[
      ...CODE_PAGES,
      COMMAND_LINE_PAGE,
      "docs/index.md",
      ...documentedProvider.dataSources.map(({ name }) => `docs/data-sources/${name}.md`),
      ...documentedProvider.functions.map(({ name }) => `docs/functions/${name}.md`),
      ...guidePaths(),
    ].toSorted(),
  ]);
});

test("files in Markdown are found beside what they explain too", () => {
  expect(markdownPaths()).toStrictEqual(
    expect.arrayContaining([
      ...pagePaths(),
      "CHANGELOG.md",
      "examples/complete/homelab-host/README.md",
      "scripts/README.md",
      "test/fixtures/clusters/README.md",
    ]),
  );
});

describe("every page", () => {
  test.each(markdownPaths())("%s links to what is there", (path) => {
    const broken = links(readProjectFile(path)).filter((target) => !leadsSomewhere(path, target));
    expect(broken).toStrictEqual([]);
  });

  test.each(guidePaths())("%s says in its front matter what it is", (path) => {
    expect(readProjectFile(path)).toMatch(
      /^---\npage_title: "[^"\n]+"\nsubcategory: ""\ndescription: \|-\n {2}\S.*\n---\n\n# /,
    );
  });

  test.each(guidePaths())("%s names only files and folders that there are", (path) => {
    const named = [
      ...readProjectFile(path).matchAll(
        /(?<![\w/.])((?:docs|examples|scripts|src|templates|test)\/[\w./-]*\w)/g,
      ),
    ].map(([, name = ""]) => name);
    expect(named.filter((name) => !existsSync(join(projectRoot, name)))).toStrictEqual([]);
  });

  test.each(markdownPaths())("%s names only scripts that npm knows", (path) => {
    const manifest: unknown = JSON.parse(readProjectFile("package.json"));
    const scripts = Object.keys((manifest as { readonly scripts: object }).scripts);
    const named = [...readProjectFile(path).matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(scripts).toStrictEqual(expect.arrayContaining(named));
  });
});

function leadsSomewhere(from: string, target: string): boolean {
  if (URL.canParse(target)) return target.startsWith("https://");
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? from : join(dirname(from), file);
  if (!existsSync(join(projectRoot, path))) return false;
  return anchor === undefined || anchors(readProjectFile(path)).has(anchor);
}

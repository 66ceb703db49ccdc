import { describe, expect, test } from "vitest";
import { generatePages } from "../../scripts/docs/pages.ts";
import { projectVersion } from "../../scripts/project.ts";
import { readProjectFile } from "../support/documentation.ts";

const changelog = readProjectFile("CHANGELOG.md");

describe("the changelog", () => {
  test("begins with the version of package.json", () => {
    expect(/^## (\S+)/m.exec(changelog)?.[1]).toBe(projectVersion());
  });

  test("says of every line what it is about", () => {
    const lines = changelog.split("\n").filter((line) => line !== "" && !/^#/.test(line));
    expect(lines).toSatisfy((all: string[]) => all.length > 0);
    for (const line of lines) {
      expect(line).toMatch(
        /^(?:(?:BREAKING CHANGES|NOTES|FEATURES|ENHANCEMENTS|BUG FIXES):|\* (?:provider|data-source\/gpuhost_\w+|function\/\w+): \S.*[^.])$/,
      );
    }
  });

  test.each(generatePages().filter(({ path }) => path !== "docs/index.md"))("mentions $path", ({ path }) => {
    const subject = path
      .replace("docs/data-sources/", "data-source/gpuhost_")
      .replace("docs/functions/", "function/")
      .replace(".md", "");
    expect(changelog).toContain(`* ${subject}: `);
  });
});

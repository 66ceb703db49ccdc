import { describe, expect, test } from "vitest";
import { projectVersion } from "../../scripts/project.ts";
import { documentedProvider, readProjectFile } from "../support/documentation.ts";

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

  test.each([
    ...documentedProvider.dataSources.map(({ name }) => `data-source/gpuhost_${name}`),
    ...documentedProvider.functions.map(({ name }) => `function/${name}`),
  ])("mentions %s", (subject) => {
    expect(changelog).toContain(`* ${subject}: `);
  });
});

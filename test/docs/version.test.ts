/** The version has one place; whoever shows it agrees with that. */
import { expect, test } from "vitest";
import { bundle } from "../../scripts/build/bundle.ts";
import { binaryPath, projectVersion } from "../../scripts/project.ts";
import { releaseNames } from "../../scripts/release/names.ts";
import { COMMAND_LINE_PAGE, readProjectFile } from "../support/documentation.ts";

const version = projectVersion();

test("the lock file has it", () => {
  expect(JSON.parse(readProjectFile("package-lock.json"))).toMatchObject({
    version,
    packages: { "": { version } },
  });
});

test("the changelog begins with it", () => {
  expect(/^## (\S+)/m.exec(readProjectFile("CHANGELOG.md"))?.[1]).toBe(version);
});

test("the bundle, of which --version and User-Agent take it, has it", async () => {
  expect((await bundle({ version })).text).toContain(`terraform-provider-gpuhost ${version}`);
});

test("the paths of the mirror and the names of a release have it", () => {
  expect(binaryPath()).toContain(`/${version}/`);
  expect(binaryPath()).toMatch(new RegExp(`_v${version.replaceAll(".", "\\.")}(?:\\.exe)?$`));
  expect(releaseNames(version).sums).toBe(`terraform-provider-gpuhost_${version}_SHA256SUMS`);
});

test("the guides to installing show it", () => {
  const guides = ["templates/guides/install.md", "templates/guides/air-gapped.md", COMMAND_LINE_PAGE]
    .map(readProjectFile)
    .join("\n");
  const shown = guides.match(/(?<=VERSION=|gpuhost_|gpuhost\/)\d+\.\d+\.\d+/g);
  expect([...new Set(shown)]).toEqual([version]);
});

/** What readers copy: versions that are those tried, pages, and variables that say what they are. */
import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot, projectVersion } from "../../scripts/project.ts";
import { tools } from "../../scripts/tools/tool.ts";
import { exampleFolders, readProjectFile } from "../support/documentation.ts";

const folders = exampleFolders().filter((folder) => /^(complete|modules)\/[^/]+$/.test(folder));

const hclOf = (folder: string): string =>
  globSync("*.tf", { cwd: join(projectRoot, "examples", folder) })
    .toSorted()
    .map((file) => readProjectFile(`examples/${folder}/${file}`))
    .join("\n");

/** The constraint on a provider in a configuration; undefined when it does not use that one. */
const constraint = (hcl: string, provider: string): string | undefined =>
  new RegExp(`${provider} = \\{[^}]*version\\s*=\\s*"([^"]+)"`).exec(hcl)?.[1];

describe.each(folders)("examples/%s", (folder) => {
  const hcl = hclOf(folder);
  const module = folder.startsWith("modules/");

  test("names the versions of both providers that the tests run it with", () => {
    const [major, minor] = projectVersion().split(".");
    // What people have by hand has no such provider.
    const own = module ? `>= ${major}.${minor}.0` : `~> ${major}.${minor}`;
    expect(constraint(hcl, "gpuhost")).toBe(folder.endsWith("-by-hand") ? undefined : own);
    expect(constraint(hcl, "proxmox")).toBe(`${module ? ">=" : "~>"} ${tools.bpg.version}`);
  });

  test("says of every variable and output what it is", () => {
    const heads = [...hcl.matchAll(/^(?:variable|output) "\w+" \{\n\s+(\w+)/gm)];
    expect(heads.length).toBeGreaterThan(0);
    expect(new Set(heads.map(([, first]) => first))).toStrictEqual(new Set(["description"]));
  });

  test("has a page, and a row in the table of all", () => {
    const [kind = "", name = ""] = folder.split("/");
    expect(readProjectFile(`examples/${folder}/README.md`)).toMatch(/^# \S/);
    expect(readProjectFile(`examples/${kind}/README.md`)).toContain(`| [${name}](${name}) |`);
  });

  test("takes no object out of a list in brackets, which bpg/proxmox refuses", () => {
    expect(hcl).not.toMatch(/map\s*=\s*\[[^{]*\]\s*$/m);
  });
});

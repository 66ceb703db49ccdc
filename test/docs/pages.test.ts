import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { generatePages } from "../../scripts/docs/pages.ts";
import { projectRoot } from "../../scripts/project.ts";
import type { Attributes } from "../../src/framework/attribute.ts";
import { createProvider } from "../../src/provider/provider.ts";
import { Secrets } from "../../src/proxmox/secrets.ts";
import {
  CODE_PAGES,
  COMMAND_LINE_PAGE,
  guidePaths,
  pagePaths,
  readProjectFile,
} from "../support/documentation.ts";
import { anchors, links } from "../support/markdown.ts";

const generated = generatePages();

describe("the generated documentation", () => {
  test.each(generated)("$path is what the schema says; run npm run docs", ({ path, text }) => {
    expect(readProjectFile(path)).toBe(text);
  });

  test("has a page for everything there is, and guides besides", () => {
    expect(pagePaths()).toStrictEqual([
      "README.md",
      ...[...CODE_PAGES, COMMAND_LINE_PAGE, ...generated.map(({ path }) => path), ...guidePaths()].toSorted(),
    ]);
  });

  test("has a description for every attribute, function and parameter, each ending as a sentence does", () => {
    const provider = createProvider({ version: "0.0.0", environment: {}, secrets: new Secrets() });
    const texts = [
      provider.description,
      ...descriptionsOf(provider.attributes),
      ...provider.dataSources.flatMap((it) => [it.description, ...descriptionsOf(it.attributes)]),
      ...provider.functions.flatMap((it) => [
        it.description,
        ...[...it.parameters, ...(it.rest === undefined ? [] : [it.rest])].map(
          ({ description }) => description,
        ),
      ]),
    ];
    expect(texts.filter((text) => !/^\S.*\.$/.test(text))).toStrictEqual([]);
  });
});

describe("every page", () => {
  test.each(pagePaths())("%s links to what is there", (path) => {
    const broken = links(readProjectFile(path)).filter((target) => !leadsSomewhere(path, target));
    expect(broken).toStrictEqual([]);
  });

  test.each(guidePaths())("%s says in its front matter what it is", (path) => {
    expect(readProjectFile(path)).toMatch(
      /^---\npage_title: "[^"\n]+"\nsubcategory: ""\ndescription: \|-\n {2}\S.*\n---\n\n# /,
    );
  });

  test.each(pagePaths())("%s names only scripts that npm knows", (path) => {
    const manifest: unknown = JSON.parse(readProjectFile("package.json"));
    const scripts = Object.keys((manifest as { readonly scripts: object }).scripts);
    const named = [...readProjectFile(path).matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(scripts).toStrictEqual(expect.arrayContaining(named));
  });
});

function descriptionsOf(attributes: Attributes): string[] {
  return Object.values(attributes).flatMap(({ description, type }) => {
    const inner = type.kind === "nullable" ? type.type : type;
    return [description, ...(inner.kind === "nested" ? descriptionsOf(inner.attributes) : [])];
  });
}

function leadsSomewhere(from: string, target: string): boolean {
  if (URL.canParse(target)) return target.startsWith("https://");
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? from : join(dirname(from), file);
  if (!existsSync(join(projectRoot, path))) return false;
  return anchor === undefined || anchors(readProjectFile(path)).has(anchor);
}

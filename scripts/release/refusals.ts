/** Reasons against making a release from the present sources. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { outdatedPages } from "../docs/pages.ts";
import { generatedFolders, generateProto } from "../generate-proto.ts";
import { layers } from "../lint/layers.ts";
import { restrictions } from "../lint/restrictions.ts";
import { ensureTool } from "../tools/ensure-tool.ts";
import type { SourceState } from "./source.ts";

/** How many paths a message lists. */
const NAMED = 5;

/**
 * What is wrong with the commit, and how to mend it.
 *
 * @param version The version in package.json, without a `v` before it.
 * @param changelog The text of CHANGELOG.md.
 */
export function refusedSource(source: SourceState, version: string, changelog: string): string[] {
  const tag = `v${version}`;
  const refused: string[] = [];
  if (source.changed.length > 0) {
    refused.push(`Not everything is committed: ${listed(source.changed)}. Commit it, or remove it.`);
  }
  const released = source.allTags.get(tag);
  if (released !== undefined && released !== source.commit) {
    refused.push(
      `${version} is released already: ${tag} is the commit ${released.slice(0, 12)}, and this is ` +
        `${source.commit.slice(0, 12)}. Give package.json the next version, or check out ${tag}.`,
    );
  }
  const others = source.tags.filter((name) => /^v\d/.test(name) && name !== tag);
  if (others.length > 0) {
    refused.push(
      `This commit is ${others.join(", ")}, and package.json says ${version}. Let the tag and package.json say the same.`,
    );
  }
  return [...refused, ...refusedChangelog(source.tags.includes(tag), version, changelog)];
}

function refusedChangelog(tagged: boolean, version: string, changelog: string): string[] {
  const [heading = "", newest, state] = /^## (\S+)(?: \((.+)\))?$/m.exec(changelog) ?? [];
  if (newest !== version) {
    return [
      `CHANGELOG.md begins with ${newest === undefined ? "no version" : newest}, and package.json says ${version}. ` +
        `Write what is new in ${version} first.`,
    ];
  }
  // A trial release has no tag yet; a tagged version is for publishing.
  if (tagged && (state === undefined || /unreleased/i.test(state))) {
    return [
      `CHANGELOG.md says "${heading}" of a version that has a tag. Write its date there: ## ${version} (November 27, 2026).`,
    ];
  }
  return [];
}

/** Committed files that differ from what the scripts would write. */
export async function refusedAsStale(root: string, say: (line: string) => void): Promise<string[]> {
  const code = await staleCode(root);
  const rules = [...restrictions(layers)]
    .filter(([path, text]) => readFileSync(join(root, path), "utf8") !== text)
    .map(([path]) => path);
  const pages = await outdatedPages({ root, tool: await ensureTool("tfplugindocs", say) });
  return [
    ...stale(code, "npm run generate"),
    ...stale(rules, "npm run format"),
    ...stale(pages, "npm run docs"),
  ];
}

async function staleCode(root: string): Promise<string[]> {
  const target = mkdtempSync(join(tmpdir(), "gpuhost-generated-"));
  try {
    await generateProto(target);
    return generatedFolders.flatMap(({ folder }) => {
      const [committed, fresh] = [filesIn(join(root, folder)), filesIn(join(target, folder))];
      return [...new Set([...committed.keys(), ...fresh.keys()])]
        .filter((file) => committed.get(file) !== fresh.get(file))
        .toSorted()
        .map((file) => `${folder}/${file}`);
    });
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

function filesIn(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map((one) => join(one.parentPath, one.name));
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

function stale(paths: readonly string[], command: string): string[] {
  if (paths.length === 0) return [];
  return [`Not as ${command} writes it: ${listed(paths)}. Run ${command}, and commit what it writes.`];
}

function listed(paths: readonly string[]): string {
  const more = paths.length - NAMED;
  return `${paths.slice(0, NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

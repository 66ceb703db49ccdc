/** A page as registries show it: front matter, a heading, and sections in Markdown. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../project.ts";

export interface Page {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

export interface PageContent {
  readonly path: string;
  /** For the browser's tab. */
  readonly title: string;
  /** One line for lists of pages. */
  readonly summary: string;
  /** The heading and everything below it, paragraph by paragraph. */
  readonly paragraphs: readonly string[];
}

/** Puts a page together, its front matter first. */
export function page({ path, title, summary, paragraphs }: PageContent): Page {
  const frontMatter = [
    "---",
    `page_title: ${JSON.stringify(title)}`,
    'subcategory: ""',
    "description: |-",
    `  ${summary}`,
    "---",
  ];
  return { path, text: `${[frontMatter.join("\n"), ...paragraphs].join("\n\n")}\n` };
}

/**
 * A file of the examples as a block of code.
 *
 * @param path Below `examples`.
 * @throws {Error} When there is no such example: everything that is documented has one.
 */
export function exampleBlock(path: string): string {
  const file = join(projectRoot, "examples", path);
  if (!existsSync(file))
    throw new Error(`examples/${path} is missing; its page of the documentation shows it.`);
  const text = readFileSync(file, "utf8");
  return `\`\`\`terraform\n${text.trimEnd()}\n\`\`\``;
}

/** What tests need to know of a page in Markdown. */

export interface CodeBlock {
  /** What stands behind the opening fence; empty when nothing does. */
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in their order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms)].map(
    ([, indentation = "", language = "", text = ""]) => ({
      language,
      text: text.replaceAll(new RegExp(`^${indentation}`, "gm"), ""),
    }),
  );
}

/** The page without its fenced blocks. */
function prose(markdown: string): string {
  return markdown.replaceAll(/^( *)```\w*\n.*?^\1```$/gms, "");
}

/** Where the links of a page lead, as they are written. */
export function links(markdown: string): string[] {
  return [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

/** The places in a page that a link can lead to. */
export function anchors(markdown: string): Set<string> {
  const text = prose(markdown);
  const explicit = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id);
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
  return new Set([...explicit, ...headings]);
}

/** The rows of every table of a page, without those of their heads, cell by cell. */
export function tableRows(markdown: string): string[][] {
  const lines = prose(markdown).split("\n");
  return lines
    .filter((line, index) => line.startsWith("|") && !isRule(line) && !isRule(lines[index + 1] ?? ""))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
}

function isRule(line: string): boolean {
  return /^\|(-+\|)+$/.test(line);
}

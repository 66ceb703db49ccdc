/** The pages that people read, and the examples beside them. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectRoot } from "../../scripts/project.ts";
import { createProvider } from "../../src/provider/provider.ts";
import { Secrets } from "../../src/proxmox/secrets.ts";
import { tableRows } from "./markdown.ts";

/** The provider as pages describe it. */
export const documentedProvider = createProvider({
  version: "0.0.0",
  environment: {},
  secrets: new Secrets(),
});

/** Paths from the root of the project: README, CONTRIBUTING and everything in docs. */
export function pagePaths(): string[] {
  return ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md", { cwd: projectRoot }).toSorted()];
}

/** Every file in Markdown, but for those in `templates`, of which pages are made. */
export function markdownPaths(): string[] {
  const exclude = ["**/node_modules/**", "{dist,coverage,templates}/**"];
  return globSync(["*.md", "*/**/*.md", ".github/**/*.md"], { cwd: projectRoot, exclude })
    .map((path) => path.replaceAll("\\", "/"))
    .toSorted();
}

/** Paths of the guides, as registries show them; they are written in templates/guides. */
export function guidePaths(): string[] {
  return pagePaths().filter((path) => path.startsWith("docs/guides/"));
}

/** The pages for readers of the code, which are no pages of a registry. */
export const CODE_PAGES = [
  "docs/architecture.md",
  "docs/benchmarks.md",
  "docs/dependencies.md",
  "docs/performance.md",
  "docs/reliability.md",
];

/** The page for people who run the binary themselves. */
export const COMMAND_LINE_PAGE = "docs/command-line.md";

/** A file by its path from the root of the project. */
export function readProjectFile(path: string): string {
  return readFileSync(join(projectRoot, path), "utf8");
}

/** Every folder below examples that is a configuration or a module, without `examples/`. */
export function exampleFolders(): string[] {
  const files = globSync("**/*.tf", { cwd: join(projectRoot, "examples") });
  return [...new Set(files.map((file) => dirname(file)))].toSorted();
}

/** A way of handing units to bpg's `map`, as the guide for lists has it. */
export interface ListRow {
  /** What stands behind `map =`. */
  readonly map: string;
  /** The line with `for_each` that goes with it, or nothing. */
  readonly forEach: string;
  readonly refused: boolean;
}

/** The rows of the table in the guide for lists. */
export function listRows(): ListRow[] {
  return tableRows(readProjectFile("docs/guides/lists.md")).map(([cell = "", verdict]) => {
    const [map = "", forEach = ""] = [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
    return { map, forEach, refused: verdict === "is refused" };
  });
}

/**
 * The generated parts of docs: the pages for registries, which terraform-plugin-docs makes from templates, examples and
 * the provider's schema; the list of messages in a guide; and the JSON Schemas of the command line. The tool owns
 * `docs/index.md` and the folders below, and empties them first. It does not change the rest of docs.
 */
import { execFile } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { jsonSchemas } from "./json-schemas.ts";
import { MESSAGES_GUIDE, withMessages } from "./messages.ts";
import { providersSchema } from "./providers-schema.ts";

/** What terraform-plugin-docs owns. Source: its `internal/provider/generate.go`. */
const FOLDERS = [
  "actions",
  "data-sources",
  "ephemeral-resources",
  "functions",
  "guides",
  "list-resources",
  "resources",
  "state-stores",
];

const PROVIDER = "gpuhost";

/** Where terraform-plugin-docs looks for the schema, independent of the provider's real source. */
const ADDRESS = `registry.terraform.io/hashicorp/${PROVIDER}`;

/** A checkout, and the tool that makes its pages. */
export interface Documentation {
  /** The folder with `templates`, `examples` and `docs`. */
  readonly root: string;
  /** The path of tfplugindocs. */
  readonly tool: string;
}

/**
 * Writes every page and schema, and removes those whose subject is gone. @throws {Error} with the message of the tool
 */
export async function writePages({ root, tool }: Documentation): Promise<void> {
  await withTemporaryFolder((folder) => generate({ root, tool }, folder, "docs"));
}

/**
 * The paths, such as `docs/index.md`, of pages that differ from what would be written, are missing, or whose subject is
 * gone.
 */
export function outdatedPages({ root, tool }: Documentation): Promise<string[]> {
  return withTemporaryFolder(async (folder) => {
    const output = join(folder, "docs");
    // The tool only accepts a path from the root.
    await generate({ root, tool }, folder, relative(root, output));
    const committed = join(root, "docs");
    const paths = new Set([...madeFiles(committed), ...madeFiles(output)]);
    return [...paths]
      .filter((path) => textAt(join(committed, path)) !== textAt(join(output, path)))
      .map((path) => `docs/${path}`)
      .toSorted();
  });
}

/** What registries would refuse in docs, in the tool's words; null when they would accept everything. */
export function refusedPages({ root, tool }: Documentation): Promise<string | null> {
  return withTemporaryFolder(async (folder) => {
    const args = ["validate", ...(await commonArguments(root, folder))];
    try {
      await promisify(execFile)(tool, args);
      return null;
    } catch (error) {
      const said = /^Error executing command: (?:validation errors found:\s+)?(.*)/ms.exec(
        errorOutput(error),
      );
      if (said === null) throw error;
      return (said[1] ?? "").trim();
    }
  });
}

/** Writes the provider's schema as JSON, for the option `--providers-schema` of terraform-plugin-docs. */
export async function writeSchema(file: string): Promise<void> {
  writeFileSync(file, await providersSchema(ADDRESS));
}

/** The generated files, and no others, below a folder such as docs: paths from there. */
export function madeFiles(docs: string): string[] {
  return globSync(["index.md", `{${FOLDERS.join(",")},schemas}/**/*.*`], { cwd: docs })
    .map((path) => path.split(sep).join("/"))
    .toSorted();
}

async function generate({ root, tool }: Documentation, folder: string, output: string): Promise<void> {
  const args = ["generate", ...(await commonArguments(root, folder)), "--rendered-website-dir", output];
  const { stderr } = await promisify(execFile)(tool, args);
  // It only warns of a template for something that is not in the schema.
  if (stderr.trim() !== "") throw new Error(stderr.trim());
  const guide = join(root, output, MESSAGES_GUIDE);
  writeFileSync(guide, withMessages(readFileSync(guide, "utf8")));
  for (const [path, text] of jsonSchemas()) {
    const file = join(root, output, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

async function commonArguments(root: string, folder: string): Promise<string[]> {
  const schema = join(folder, "schema.json");
  await writeSchema(schema);
  return ["--provider-dir", root, "--provider-name", PROVIDER, "--providers-schema", schema];
}

async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-docs-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function errorOutput(error: unknown): string {
  return error instanceof Error && "stderr" in error ? String(error.stderr) : "";
}

function textAt(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

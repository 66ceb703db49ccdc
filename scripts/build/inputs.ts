/** Tells whether anything that a build depends on has changed. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * What a build reads, from the root of the project, including its training and the stand-in. Folders count as a whole.
 */
export const INPUTS: readonly string[] = [
  "src",
  "scripts/build",
  "scripts/build.ts",
  "scripts/project.ts",
  "scripts/arguments.ts",
  "scripts/lock.mjs",
  "scripts/system.mjs",
  "scripts/nodes",
  "scripts/tools",
  "test/support/cty",
  "test/support/host",
  "test/support/pve",
  "test/support/secrets",
  "test/fixtures/pve",
  "package.json",
  "package-lock.json",
];

/**
 * A digest of the names and contents of everything that a build reads.
 *
 * @param root The folder of package.json.
 * @param tools What else changes the result, such as the version of Node.
 */
export function digestInputs(root: string, tools: readonly string[]): string {
  return digestFiles(root, INPUTS, tools);
}

/** The same for other files and folders. */
export function digestFiles(root: string, inputs: readonly string[], tools: readonly string[] = []): string {
  const hash = createHash("sha256");
  for (const tool of tools) hash.update(`${tool}\0`);
  for (const input of inputs) {
    for (const file of filesBelow(root, input)) {
      hash.update(`${file}\0`);
      hash.update(
        createHash("sha256")
          .update(readFileSync(join(root, file)))
          .digest(),
      );
    }
  }
  return hash.digest("hex");
}

/** Every file at or below `path`, in an order that does not depend on the file system. */
function filesBelow(root: string, path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path))
    .toSorted()
    .flatMap((name) => filesBelow(root, `${path}/${name}`));
}

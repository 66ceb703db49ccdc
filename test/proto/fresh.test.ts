import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generatedFolders, generateProto } from "../../scripts/generate-proto.ts";

const root = dirname(dirname(import.meta.dirname));
const target = mkdtempSync(join(tmpdir(), "generated-"));

beforeAll(() => generateProto(target), 60_000);
afterAll(() => rmSync(target, { recursive: true, force: true }));

function readFolder(folder: string): { readonly [file: string]: string } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length), readFileSync(path, "utf8")]));
}

test.for(generatedFolders.map(({ folder }) => folder))("%s is what `npm run generate` writes", (folder) => {
  expect(Object.keys(readFolder(join(target, folder)))).not.toEqual([]);
  expect(readFolder(join(root, folder))).toEqual(readFolder(join(target, folder)));
});

/** Inputs that were worth keeping: one file for each target, one input a line, in JSON with a character for each byte. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../scripts/project.ts";

const FOLDER = join(projectRoot, "test", "fixtures", "corpus");

/** No more are kept, and none that is longer. */
const MAX_INPUTS = 120;
const MAX_INPUT_BYTES = 1_000;

const fileOf = (target: string): string => join(FOLDER, `${target}.jsonl`);

/** The inputs of a target; none where there is no file. */
export function readCorpus(target: string): readonly Buffer[] {
  const file = fileOf(target);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.filter((line) => line !== "").map((line) => Buffer.from(String(JSON.parse(line)), "latin1"));
}

/** Adds inputs, as far as there is room; the shortest first. */
export function extendCorpus(target: string, found: readonly Buffer[]): void {
  const known = readCorpus(target);
  const fresh = found
    .filter((input) => input.length <= MAX_INPUT_BYTES && !known.some((other) => other.equals(input)))
    .toSorted((a, b) => a.length - b.length);
  const all = [...known, ...fresh].slice(0, Math.max(MAX_INPUTS, known.length));
  mkdirSync(FOLDER, { recursive: true });
  // Escaped, so that the file is plain ASCII.
  const lines = all.map((input) =>
    JSON.stringify(input.toString("latin1")).replaceAll(
      /[\u007f-\u00ff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  );
  if (lines.length > 0) writeFileSync(fileOf(target), `${lines.join("\n")}\n`);
}

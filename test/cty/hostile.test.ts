import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const LIMITS = "limits of the heap, in MiB, and of all memory, of which one input takes up to 128";
const HEAP = 512;
const MEMORY = 900;

test("hostile values are refused in little memory, and the largest that are taken fit into it", async () => {
  const fixture = join(import.meta.dirname, "fixtures/hostile.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [`--max-old-space-size=${HEAP}`, fixture]);
  const lines = stdout.trimEnd().split("\n");
  expect(Number(lines.pop()), LIMITS).toBeLessThan(MEMORY);
  expect(lines).toStrictEqual([
    "a map of 2^32-1 without an entry: CtyError: a map of 4294967295 begins, but only 0 bytes are left (at byte 0)",
    "a map of 2^32-1 entries that are not all there: CtyError: a map of 4294967295 begins, but only 67108859 bytes are left (at byte 0)",
    "an array of 2^32-1: CtyError: an array of 4294967295 begins, but only 67108859 bytes are left (at byte 0)",
    "a text of 4 GiB: CtyError: a value of 4294967295 bytes begins, but only 67108859 bytes are left (at byte 0)",
    "a binary of 4 GiB: CtyError: a value of 4294967295 bytes begins, but only 67108859 bytes are left (at byte 0)",
    "an extension of 4 GiB: CtyError: a value of 4294967295 bytes begins, but only 67108858 bytes are left (at byte 0)",
    "arrays in arrays: CtyError: nested deeper than 256 levels (at byte 256)",
    "maps in maps: CtyError: nested deeper than 256 levels (at byte 512)",
    "maps as keys of maps: CtyError: a map key is not a text (at byte 1)",
    "64 MiB of __proto__: CtyError: more than 4194304 values (at byte 0)",
    '2 million times __proto__: CtyError: the map key "__proto__" is there twice (at byte 16)',
    "64 MiB behind the value: CtyError: 67108863 bytes follow the value (at byte 1)",
    "as many nulls as are taken: read",
    "as many empty maps as are taken: read",
    "as many maps as are taken: read",
    "as many wide objects as are taken: read",
    "as many unknowns as are taken: read",
    "short numbers that are long: CtyError: [19732]: the numbers written out exceed 67108864 bytes (at byte 138129)",
    "64 MiB of [: CtyError: the JSON is nested deeper than 512 levels (at byte 513)",
    '64 MiB of {"":: CtyError: the JSON is nested deeper than 512 levels (at byte 2052)',
    "64 MiB of digits: CtyError: the number is longer than 4096 digits (at byte 0)",
    "64 MiB of text without an end: CtyError: the JSON text ends too early (at byte 67108864)",
    `64 MiB of text with escapes: CtyError: there is no type "${"\\n".repeat(60)}…" (at byte 0)`,
    "64 MiB of empty objects: CtyError: the JSON has more than 524288 arrays and objects (at byte 1572862)",
    "64 MiB of space: CtyError: the JSON text ends too early (at byte 67108864)",
  ]);
}, 120_000);

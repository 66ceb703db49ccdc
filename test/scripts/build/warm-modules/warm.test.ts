import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { asFunction } from "../../../../scripts/build/code-cache.ts";
import { ensureNodes } from "../../../../scripts/build/node.ts";
import {
  bytesOf,
  ElfError,
  readSections,
  type Section,
  SHT_NOBITS,
  stripElf,
} from "../../../../scripts/build/smaller-node/elf.ts";
import { ADDON_SHA256, addonFor } from "../../../../scripts/build/warm-modules/addon/addon.ts";
import { type CodeEntry, findCode } from "../../../../scripts/build/warm-modules/code-table.ts";
import {
  parseRecorded,
  type RecordedModules,
  withWarmModules,
} from "../../../../scripts/build/warm-modules/warm.ts";
import { hostPlatform, platformName, projectRoot } from "../../../../scripts/project.ts";

const PAGE = 4096;
const RECORD = join(projectRoot, "scripts/build/record.cjs");
/** Loads a module that Node has not loaded by itself, and calls a function in it. */
const PROGRAM = `console.log(require("node:url").domainToASCII("ü.example"), require("node:http2").getDefaultSettings().maxFrameSize);`;

describe.runIf(platformName(hostPlatform()) === "linux_amd64")("a Node with recorded code", () => {
  let original: string;
  let node: Buffer;
  let folder: string;
  let recorded: RecordedModules;
  let sample: Buffer;
  let warm: string;
  let warmBytes: Buffer;

  beforeAll(async () => {
    original = (await ensureNodes(hostPlatform(), console.log)).node;
    node = stripElf(readFileSync(original));
    folder = mkdtempSync(join(tmpdir(), "gpuhost-warm-"));
    recorded = record("first");
    sample = Buffer.from(Object.values(recorded.code)[0] ?? "", "base64");
    warm = join(folder, "node");
    warmBytes = withWarmModules(node, recorded);
    writeFileSync(warm, warmBytes, { mode: 0o755 });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function record(name: string): RecordedModules {
    const inFolder = (ending: string): string => join(folder, `${name}.${ending}`);
    writeFileSync(inFolder("cjs"), asFunction(PROGRAM));
    const files = [inFolder("cjs"), inFolder("cache"), addonFor(hostPlatform()) ?? "", inFolder("json")];
    const flags = ["--random-seed=1", "--expose-internals", "--no-warnings"];
    const { NODE_OPTIONS: _, ...env } = process.env;
    execFileSync(original, [...flags, RECORD, ...files], { env });
    return parseRecorded(readFileSync(inFolder("json"), "utf8"));
  }

  /** What the program writes, and what became of the code for each module it loads. */
  function run(program: string): { output: string; taken: Map<string, string> } {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const file = join(folder, "run.cjs");
    writeFileSync(file, program);
    const { stdout, stderr } = spawnSync(warm, [file], {
      env: { ...env, NODE_DEBUG_NATIVE: "CODE_CACHE" },
      encoding: "utf8",
    });
    return { output: stdout.trim(), taken: codeTaken(stderr) };
  }

  test("the recording has the modules that were loaded, and names all that there are", () => {
    expect(Object.keys(recorded.code)).toEqual(
      expect.arrayContaining(["http2", "internal/http2/core", "net"]),
    );
    expect(recorded.all).toEqual(expect.arrayContaining([...Object.keys(recorded.code), "sqlite"]));
    expect(new Set(recorded.all).size).toBe(recorded.all.length);
  });

  test("a second recording is the same: a debugger's connection leaves nothing behind", () => {
    expect(record("second")).toEqual(recorded);
  });

  test("the recording holds functions that have run, which Node's own code does not", () => {
    const carried = entryOf("internal/http2/core");
    expect(Buffer.from(recorded.code["internal/http2/core"] ?? "", "base64").length).toBeGreaterThan(
      carried.length,
    );
  });

  test("V8 takes what was recorded", () => {
    const { output, taken } = run(PROGRAM);
    expect(output).toBe("xn--tda.example 16384");
    for (const id of ["http2", "internal/http2/core", "net", "tls"]) expect(taken.get(id)).toBe("accepted");
  });

  test("a module that was not recorded is compiled when it is loaded", () => {
    const { output, taken } = run(`const { DatabaseSync } = require("node:sqlite");
      console.log(new DatabaseSync(":memory:").prepare("select 6 * 7 as it").get().it);`);
    expect(output).toBe("42");
    expect(taken.get("sqlite")).toBe("rejected");
  });

  test("everything else is where it was in memory, with the same bytes", () => {
    const table = findCode(node, recorded.all, sample);
    const [first, last] = [table[0], table.at(-1)];
    const constants = new Set(table.flatMap(({ addressAt, lengthAt }) => [addressAt, lengthAt]));
    const inFile = (file: Buffer): Section[] =>
      readSections(file).filter(({ loaded, type }) => loaded && type !== SHT_NOBITS);
    for (const part of inFile(warmBytes)) {
      const home = inFile(node).find(
        ({ address, size }) => address <= part.address && part.address + part.size <= address + size,
      );
      if (home === undefined || first === undefined || last === undefined) throw new Error(part.name);
      const start = home.offset + part.address - home.address;
      for (const index of differences(node.subarray(start, start + part.size), bytesOf(warmBytes, part))) {
        const at = start + index;
        const isCode = at >= first.offset && at < last.offset + last.length;
        const isConstant = [0, 1, 2, 3].some((back) => constants.has(at - back));
        if (!isCode && !isConstant) throw new Error(`${part.name} differs at 0x${at.toString(16)}`);
      }
    }
    expect(warmBytes.length).toBeLessThan(node.length - 2 ** 21);
  });

  test("a second time there is no code to be found for most modules", () => {
    expect(() => withWarmModules(warmBytes, recorded)).toThrow(ElfError);
  });

  function entryOf(id: string): CodeEntry {
    const entry = findCode(node, recorded.all, sample).find((one) => one.id === id);
    if (entry === undefined) throw new Error(`There is no ${id}.`);
    return entry;
  }

  /** A copy of Node with one thing changed. */
  function changed(change: (copy: Buffer) => void): Buffer {
    const copy = Buffer.from(node);
    change(copy);
    return copy;
  }

  const refused: readonly (readonly [string, () => unknown, string | RegExp])[] = [
    [
      "a module that this Node does not have",
      () => findCode(node, [...recorded.all, "internal/more"], sample),
      /^code for \d+ modules of Node instead of \d+$/,
    ],
    [
      "another name for a module",
      () => findCode(node, [...recorded.all.slice(1), "internal/other"], sample),
      /^code for a module of Node without a name$|^no code for Node's module internal\/other$/,
    ],
    [
      "code of another V8",
      () => findCode(node, recorded.all, Buffer.from("of another V8, and long enough to have a header")),
      /^code for 0 modules of Node instead of \d+$/,
    ],
    [
      "an address that stands nowhere",
      () =>
        findCode(
          changed((copy) => copy.writeUInt32LE(1, entryOf("net").addressAt)),
          recorded.all,
          sample,
        ),
      /^0 references instead of one to the code at 0x[0-9a-f]+$/,
    ],
    [
      "a length that is not the code's",
      () =>
        findCode(
          changed((copy) => copy.writeUInt32LE(1, entryOf("net").lengthAt)),
          recorded.all,
          sample,
        ),
      /^another length than that of the code at 0x[0-9a-f]+$/,
    ],
    [
      "something between the code of two modules",
      () => {
        const { offset, length, lengthAt } = entryOf("net");
        const shorter = changed((copy) => {
          copy.writeUInt32LE(copy.readUInt32LE(offset + 20) - 64, offset + 20);
          copy.writeUInt32LE(length - 64, lengthAt);
        });
        return withWarmModules(shorter, recorded);
      },
      /^something lies between the code of Node's modules net and \S+$/,
    ],
    [
      "code that was made of another source",
      () => {
        const other = Buffer.from(recorded.code["net"] ?? "", "base64");
        other.writeUInt32LE(1, 8);
        return withWarmModules(node, {
          ...recorded,
          code: { ...recorded.code, net: other.toString("base64") },
        });
      },
      "the code recorded for Node's module net is of another V8 or source",
    ],
    [
      "more code than there is room for",
      () => {
        const large = Buffer.concat([
          Buffer.from(recorded.code["net"] ?? "", "base64"),
          Buffer.alloc(2 ** 22),
        ]);
        return withWarmModules(node, {
          ...recorded,
          code: { ...recorded.code, net: large.toString("base64") },
        });
      },
      "more code was recorded than Node has room for",
    ],
    [
      "a recording of nothing",
      () => withWarmModules(node, { ...recorded, code: {} }),
      "no code of Node's modules was recorded",
    ],
  ];

  test.for(refused)("refuses %s", ([, act, message]) => {
    expect(act).toThrow(typeof message === "string" ? new ElfError(message) : message);
  });
});

/** Where two buffers of one length differ. */
function differences(one: Buffer, other: Buffer): number[] {
  const found: number[] = [];
  for (let start = 0; start < one.length; start += PAGE) {
    const end = Math.min(start + PAGE, one.length);
    if (one.compare(other, start, end, start, end) === 0) continue;
    for (let at = start; at < end; at += 1) if (one[at] !== other[at]) found.push(at);
  }
  return found;
}

/** From what Node says with NODE_DEBUG_NATIVE=CODE_CACHE. */
function codeTaken(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/^Code cache of (\S+) \(\w+\) is (accepted|rejected)$/gm)].map(
      ([, id = "", how = ""]) => [id, how],
    ),
  );
}

test.each([
  ["no object", "1"],
  ["no code", '{"all":[]}'],
  ["names that are none", '{"all":[1],"code":{}}'],
  ["code that is no text", '{"all":[],"code":{"net":1}}'],
])("a recording with %s is refused", (_, text) => {
  expect(() => parseRecorded(text)).toThrow("The recording of Node's modules cannot be read.");
});

test("there is an addon for Linux on x86-64 alone", () => {
  expect(addonFor({ os: "linux", arch: "amd64" })).toMatch(/linux_amd64$/);
  expect(addonFor({ os: "linux", arch: "arm64" })).toBeUndefined();
  expect(addonFor({ os: "darwin", arch: "amd64" })).toBeUndefined();
});

test("another addon than the expected one is refused", () => {
  const path = import.meta.filename;
  expect(() => addonFor({ os: "linux", arch: "amd64" }, path)).toThrow(
    new RegExp(`has the SHA-256 [0-9a-f]{64} instead of ${ADDON_SHA256}\\.$`),
  );
});

/** The packages for macOS and Windows: what those systems look at before they run something, and that two builds are the same. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ensureForeign } from "../../scripts/build/foreign.ts";
import { withoutSignature } from "../../scripts/build/windows-signature.ts";
import { executableName, projectVersion } from "../../scripts/project.ts";
import { buildPlatform } from "../../scripts/release/platforms.ts";
import { AD_HOC, CPU, readCodeDirectory, readMachO, segmentFaults } from "../support/executables/mach-o.ts";
import { MACHINE, readPe, sectionFaults } from "../support/executables/pe.ts";
import { fuses, isBlobWith } from "../support/executables/sea.ts";

/** Fetches two packages of Node and builds quill the first time. */
const BUILD_TIMEOUT = 900_000;

const ASSETS = ["provider.cjs", "person.cjs.br", "--use-openssl-ca"];
const version = projectVersion();
const say = (line: string): void => console.log(line);

/** Builds the package of a platform once for all tests of a block. */
function builtFor(os: string, arch: string): () => Buffer {
  let content = Buffer.alloc(0);
  beforeAll(async () => {
    const { files } = await buildPlatform({ os, arch }, say);
    expect(files).toEqual([
      { path: executableName(version, { os, arch }), mode: 0o755, source: expect.any(String) },
    ]);
    content = readFileSync(files[0]?.source ?? "");
  }, BUILD_TIMEOUT);
  return () => content;
}

/** Builds once more, elsewhere, as another person would. */
async function builtAgain(os: string, arch: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-again-"));
  const umask = process.umask(0o077);
  const { TZ, LANG } = process.env;
  Object.assign(process.env, { TZ: "Pacific/Auckland", LANG: "tr_TR.UTF-8" });
  onTestFinished(() => {
    process.umask(umask);
    restore("TZ", TZ);
    restore("LANG", LANG);
    rmSync(folder, { recursive: true, force: true });
  });
  return readFileSync(await ensureForeign({ os, arch }, say, folder));
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

describe.for(["amd64", "arm64"] as const)("for macOS on %s", (arch) => {
  const built = builtFor("darwin", arch);

  test("the segments are in order, and Node finds the provider", () => {
    const executable = readMachO(built());
    expect(executable.cpu).toBe(CPU[arch]);
    expect(segmentFaults(built(), executable)).toEqual([]);
    const [blob] = executable.segments.find(({ name }) => name === "NODE_SEA")?.sections ?? [];
    expect(blob?.name).toBe("__NODE_SEA_BLOB");
    expect(isBlobWith(blob?.content ?? Buffer.alloc(4), ASSETS)).toBe(true);
    expect(fuses(built())).toEqual(["1"]);
  });

  test("the ad hoc signature covers every byte before it, and holds", () => {
    const executable = readMachO(built());
    expect(readCodeDirectory(built(), executable)).toEqual({
      identifier: "terraform-provider-gpuhost",
      flags: AD_HOC,
      codeLimit: executable.signature?.offset,
      badPages: [],
    });
  });

  test("one byte of the provider that is another is found", () => {
    const changed = Buffer.from(built());
    const executable = readMachO(changed);
    const offset = executable.segments.find(({ name }) => name === "NODE_SEA")?.offset ?? 0;
    changed.writeUInt8(changed.readUInt8(offset + 5_000) ^ 1, offset + 5_000);
    expect(readCodeDirectory(changed, executable).badPages).toEqual([Math.floor((offset + 5_000) / 4096)]);
  });
});

describe.for(["amd64", "arm64"] as const)("for Windows on %s", (arch) => {
  const built = builtFor("windows", arch);

  test("the sections are in order, and Node finds the provider", () => {
    const executable = readPe(built());
    expect(executable.machine).toBe(MACHINE[arch]);
    expect(sectionFaults(built(), executable)).toEqual([]);
    expect(isBlobWith(executable.resources.get("NODE_SEA_BLOB") ?? Buffer.alloc(4), ASSETS)).toBe(true);
    expect(fuses(built())).toEqual(["1"]);
  });

  test("there is no signature that does not hold, and the checksum is right", () => {
    const { certificates, checksum } = readPe(built());
    expect(certificates).toEqual({ offset: 0, size: 0 });
    expect(checksum).toBeGreaterThan(0);
    expect(readPe(withoutSignature(built())).checksum).toBe(checksum);
  });
});

test.for([
  ["darwin", "arm64"],
  ["windows", "amd64"],
] as const)("two builds for %s on %s are the same", { timeout: BUILD_TIMEOUT }, async ([os, arch]) => {
  const { files } = await buildPlatform({ os, arch }, say);
  expect(readFileSync(files[0]?.source ?? "").equals(await builtAgain(os, arch))).toBe(true);
});

import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LAUNCHERS, launcherBytes } from "../../../../scripts/build/launcher/launcher.ts";
import { librariesFor, libraryContent } from "../../../../scripts/build/libraries/library.ts";
import { FOLDER, LOADER, NODE } from "../../../../scripts/build/libraries/names.ts";
import { programHeaders } from "../../../../scripts/build/smaller-node/elf.ts";
import { hostPlatform, projectRoot } from "../../../../scripts/project.ts";

const { os, arch } = hostPlatform();
const COOKIE = { TF_PLUGIN_MAGIC_COOKIE: "any" };
/** Any variable of this name makes the launcher use what lies beside it. */
const BESIDE = { LD_LIBRARY_PATH: "/nowhere" };

test.each(Object.keys(LAUNCHERS))(
  "the launcher for %s is a small static program with no section to execute data",
  (target) => {
    const bytes = launcherBytes(target);
    expect(bytes.length).toBeLessThan(10_000);
    const segments = programHeaders(bytes).map((header) => ({
      type: header.readUInt32LE(0),
      flags: header.readUInt32LE(4),
    }));
    // Neither a loader to be asked for (3) nor anything to be linked (2).
    expect(segments.map(({ type }) => type).filter((type) => type === 2 || type === 3)).toEqual([]);
    expect(segments.filter(({ flags }) => (flags & 3) === 3)).toEqual([]);
    expect(segments.filter(({ type }) => type === 0x6474e551)).toHaveLength(1);
  },
);

test("there is none for another processor", () => {
  expect(() => launcherBytes("riscv64")).toThrow("There is no launcher for linux_riscv64.");
});

test("its source has the names that a package has", () => {
  const source = readFileSync(join(projectRoot, "scripts/build/launcher/source/launcher.c"), "utf8");
  expect(source).toContain(`#define PROGRAM "${NODE}"`);
  expect(source).toContain(`#define LIBRARIES "/${FOLDER}"`);
  expect(`${NODE}-ld.so`).toBe(LOADER);
  expect(source).toContain('#define LOADER LIBRARIES "/" PROGRAM "-ld.so"');
});

describe.runIf(os === "linux")("a package with this process's Node in it", () => {
  let folder: string;
  let program: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gpuhost-launcher-"));
    program = join(folder, "provider");
    mkdirSync(join(folder, FOLDER));
    writeFileSync(program, launcherBytes(arch), { mode: 0o755 });
    copyFileSync(process.execPath, join(folder, FOLDER, NODE));
    chmodSync(join(folder, FOLDER, NODE), 0o755);
    for (const library of librariesFor(arch)) {
      writeFileSync(join(folder, FOLDER, library.name), libraryContent(arch, library), {
        mode: library.mode,
      });
    }
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const show =
    "console.log(JSON.stringify([process.argv0, process.argv.slice(1), process.env.LD_LIBRARY_PATH ?? null]))";

  test.each([
    ["the system's libraries", {}],
    ["those beside it", BESIDE],
  ])("gets arguments as they are, with %s", (_, variables) => {
    const args = ["--eval", show, "", "a b", "$HOME", "--library-path", "ä"];
    const { stdout } = spawnSync(program, args, { encoding: "utf8", env: variables, argv0: "called" });
    expect(JSON.parse(stdout)).toEqual(["called", args.slice(2), null]);
  });

  test("is replaced by Node: the process stays, and its exit status is Node's", () => {
    for (const env of [{}, BESIDE]) {
      const script =
        "console.log(require('node:fs').readdirSync('/proc/self/task')[0] === String(process.pid)); process.exit(7)";
      const result = spawnSync(program, ["--eval", script], { encoding: "utf8", env });
      expect(result).toMatchObject({ status: 7, stdout: "true\n", stderr: "" });
      expect(spawnSync(program, ["--print", "process.ppid"], { encoding: "utf8", env }).stdout).toBe(
        `${process.pid}\n`,
      );
    }
  });

  test("is what ps and pgrep look for, whichever loader it has", () => {
    for (const env of [{}, BESIDE]) {
      const script = "require('node:fs').readFileSync('/proc/self/cmdline', 'latin1').split('\\0')[0]";
      expect(spawnSync(program, ["--print", script], { encoding: "utf8", env }).stdout).toBe(`${program}\n`);
    }
  });

  test("finds what lies beside it through links and from any folder", () => {
    const link = join(folder, "link");
    symlinkSync("provider", link);
    const far = mkdtempSync(join(tmpdir(), "gpuhost-launcher-link-"));
    try {
      symlinkSync(link, join(far, "gpuhost"));
      const print = ["--print", "1"];
      expect(execFileSync(join(far, "gpuhost"), print, { encoding: "utf8", env: BESIDE })).toBe("1\n");
      const near = `./${relative(far, program)}`;
      expect(execFileSync(near, print, { encoding: "utf8", env: BESIDE, cwd: far })).toBe("1\n");
    } finally {
      rmSync(far, { recursive: true });
    }
  });

  const MISSING =
    "is missing. The provider is more than one file: unpack the whole zip, and use a symbolic link where a copy of the program alone was made.\n";

  test.each([
    [NODE, {}],
    [LOADER, BESIDE],
    ["libm.so.6", BESIDE],
  ])(
    "says in one sentence that %s is missing: to a host on standard output, to a person on standard error",
    (name, env) => {
      rmSync(join(folder, FOLDER, name));
      const text = `terraform-provider-gpuhost: ${join(folder, FOLDER, name)} ${MISSING}`;
      expect(spawnSync(program, [], { encoding: "utf8", env: { ...env, ...COOKIE } })).toMatchObject({
        status: 1,
        stdout: text,
        stderr: "",
      });
      for (const [args, variables] of [
        [[], env],
        [["inspect"], { ...env, ...COOKIE }],
      ] as const) {
        const result = spawnSync(program, args, { encoding: "utf8", env: variables });
        expect(result).toMatchObject({ status: 1, stdout: "", stderr: text });
      }
    },
  );

  test("a copy of the program alone says so too", () => {
    const alone = mkdtempSync(join(tmpdir(), "gpuhost-launcher-alone-"));
    try {
      linkSync(program, join(alone, "gpuhost"));
      const result = spawnSync(join(alone, "gpuhost"), ["--version"], { encoding: "utf8" });
      expect(result.stderr).toBe(`terraform-provider-gpuhost: ${join(alone, FOLDER, NODE)} ${MISSING}`);
    } finally {
      rmSync(alone, { recursive: true });
    }
  });

  test("says that permissions were lost", () => {
    chmodSync(join(folder, FOLDER, LOADER), 0o644);
    const result = spawnSync(program, ["--version"], { encoding: "utf8", env: BESIDE });
    expect(result.stderr).toBe(
      `terraform-provider-gpuhost: ${join(folder, FOLDER, LOADER)} may not be executed. Its folder is on a file system ` +
        "mounted with noexec, or permissions were lost when it was copied: unpack the zip again.\n",
    );
  });

  test("says that a file is no program", () => {
    writeFileSync(join(folder, FOLDER, NODE), "neither ELF nor anything else");
    const result = spawnSync(program, ["--version"], { encoding: "utf8" });
    expect(result.stderr).toBe(
      `terraform-provider-gpuhost: ${join(folder, FOLDER, NODE)} cannot be executed. It is damaged or made for another ` +
        "processor: unpack the zip for this platform again.\n",
    );
  });
});

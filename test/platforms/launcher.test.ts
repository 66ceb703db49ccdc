import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import {
  type Architecture,
  compileStatic,
  ensureCompiler,
  LAUNCHER_SOURCE,
} from "../../scripts/build/launcher/compile.ts";
import { launcherBytes } from "../../scripts/build/launcher/launcher.ts";
import { DebianPackages, unpackPackage } from "../../scripts/build/libraries/debian.ts";
import { readLibraries } from "../../scripts/build/libraries/library.ts";
import { ADDON_PATH } from "../../scripts/build/warm-modules/addon/addon.ts";
import { compileAddon } from "../../scripts/build/warm-modules/addon/compile.ts";
import { hostPlatform } from "../../scripts/project.ts";

let folder: string;
let compiler: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-compile-"));
  compiler = ensureCompiler();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(["amd64", "arm64"] as const)("the launcher for %s is what its source makes", (arch) => {
  const output = join(folder, arch);
  compileStatic(compiler, arch, LAUNCHER_SOURCE, output);
  expect(readFileSync(output).equals(launcherBytes(arch))).toBe(true);
});

test("the addon that asks V8 for compiled code is what its source makes", () => {
  const output = join(folder, "addon");
  compileAddon(compiler, output);
  expect(readFileSync(output).equals(readFileSync(ADDON_PATH))).toBe(true);
});

test("where memory may not be made executable, it says so in one line where a host shows it", () => {
  const refuse = join(folder, "refuse");
  const source = join(import.meta.dirname, "support/refuse-executable-memory.c");
  const { arch } = hostPlatform();
  compileStatic(compiler, arch === "arm64" ? "arm64" : "amd64", source, refuse);
  const program = inject("binary");
  const line =
    "terraform-provider-gpuhost: this system does not let the process make memory executable (MemoryDenyWriteExecute of " +
    "systemd, SELinux without execmem), and the provider cannot run without. Allow it for the service that runs OpenTofu.\n";
  const asHost = { encoding: "utf8", env: { TF_PLUGIN_MAGIC_COOKIE: "any" } } as const;
  expect(spawnSync(refuse, [program], asHost)).toMatchObject({ status: 1, stdout: line, stderr: "" });
  const asPerson = { encoding: "utf8", env: {} } as const;
  expect(spawnSync(refuse, [program, "--version"], asPerson)).toMatchObject({
    status: 1,
    stdout: "",
    stderr: line,
  });
});

test("every library is in the package of Debian that it is said to be of", () => {
  const { packages, files } = readLibraries();
  const debian = new DebianPackages(join(folder, "apt"));
  const sha256 = (path: string): string => hash("sha256", readFileSync(path));
  for (const one of packages) {
    for (const arch of Object.keys(files) as Architecture[]) {
      const deb = debian.fetch(one.name, arch, one.version);
      expect(sha256(deb)).toBe(one.sha256[arch]);
      const root = join(folder, `${one.name}-${arch}`);
      unpackPackage(deb, root);
      const taken = files[arch]?.filter((file) => file.package === one.name) ?? [];
      expect(taken.map(({ from }) => sha256(join(root, from)))).toEqual(
        taken.map(({ sha256: hash }) => hash),
      );
    }
  }
});

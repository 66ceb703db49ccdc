/** The package for Linux on arm64, run by QEMU: the launcher, what it looks at, and what it starts. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { train } from "../../scripts/build/training.ts";
import { projectVersion } from "../../scripts/project.ts";
import { registerEmulator } from "./support/binfmt.ts";
import { debianFiles } from "./support/debian.ts";
import { Root } from "./support/root.ts";
import { runsBySystem } from "./support/system.ts";

const binary = inject("linuxArm64");
const VERSION = `terraform-provider-gpuhost ${projectVersion()}\n`;
const LIBRARIES = "usr/lib/aarch64-linux-gnu";

let emulator: AsyncDisposable;
let expected: Buffer;

beforeAll(async () => {
  expected = (await train(inject("binary"), [])).state;
  emulator = await registerEmulator(inject("emulator"));
});

afterAll(async () => {
  await emulator[Symbol.asyncDispose]();
  expect(readdirSync("/proc/sys/fs/binfmt_misc")).not.toContainEqual(expect.stringContaining("gpuhost"));
});

const files = (name: string): string => debianFiles(name, "arm64", console.log);

/** Gives a root Debian's loader and libraries for arm64 and a cache of them, without those in `without`. */
function addDebian(root: Root, without: readonly string[] = []): void {
  for (const [name, libraries] of [
    ["libc6", ["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"]],
    ["libgcc-s1", ["libgcc_s.so.1"]],
    ["libstdc++6", ["libstdc++.so.6"]],
  ] as const) {
    for (const library of libraries.filter((one) => !without.includes(one)))
      root.copy(join(files(name), LIBRARIES, library), join("/", LIBRARIES, library));
  }
  root.copy(join(files("libc6"), LIBRARIES, "ld-linux-aarch64.so.1"), "/lib/ld-linux-aarch64.so.1");
  const ldconfig = ["usr/sbin/ldconfig", "sbin/ldconfig"].find((path) =>
    existsSync(join(files("libc-bin"), path)),
  );
  root.copy(join(files("libc-bin"), ldconfig ?? ""), "/sbin/ldconfig");
  root.write("/etc/ld.so.conf", `/${LIBRARIES}\n`);
  expect(root.run("/sbin/ldconfig", [])).toMatchObject({ status: 0 });
}

test("a root with nothing but the package: it reads what the package for amd64 reads", async () => {
  using root = new Root(binary);
  expect(root.run(root.program, ["--version"])).toMatchObject({ status: 0, stdout: VERSION, stderr: "" });
  expect((await root.readStandIn()).equals(expected)).toBe(true);
});

test("a person gets answers there too", () => {
  using root = new Root(binary);
  expect(root.run(root.program, ["inspect", "--help"])).toMatchObject({ status: 0, stderr: "" });
  const { status, stdout } = root.run(root.program, ["doctor", "--endpoint", "https://127.0.0.1:1"], {
    PROXMOX_VE_API_TOKEN: "root@pam!t=00000000-0000-0000-0000-000000000000",
  });
  expect(stdout).toContain("https://127.0.0.1:1: refuses the connection");
  expect(status).toBe(1);
});

test("a system with musl alone, as Alpine is", async () => {
  using root = new Root(binary);
  root.copy(join(files("musl"), "usr/lib/aarch64-linux-musl/libc.so"), "/lib/ld-musl-aarch64.so.1");
  root.copy(join(files("busybox-static"), "usr/bin/busybox"), "/bin/sh");
  expect(runsBySystem(root)).toBe(false);
  expect(root.run("/bin/sh", ["-c", `exec ${root.program} --version`]).stdout).toBe(VERSION);
  expect((await root.readStandIn()).equals(expected)).toBe(true);
});

test("a glibc system's own loader and libraries are used", async () => {
  using root = new Root(binary);
  addDebian(root);
  expect(runsBySystem(root)).toBe(true);
  expect((await root.readStandIn()).equals(expected)).toBe(true);
});

test.each(["libstdc++.so.6", "libgcc_s.so.1"])(
  "where a glibc system has no %s, those of the package are used",
  (library) => {
    using root = new Root(binary);
    addDebian(root, [library]);
    expect(runsBySystem(root)).toBe(false);
    expect(root.run(root.program, ["--version"])).toMatchObject({ status: 0, stdout: VERSION, stderr: "" });
  },
);

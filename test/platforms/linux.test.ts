import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, inject, test } from "vitest";
import { launcherBytes } from "../../scripts/build/launcher/launcher.ts";
import { FOLDER, LOADER } from "../../scripts/build/libraries/names.ts";
import { hostPlatform, projectVersion } from "../../scripts/project.ts";
import { Root } from "./support/root.ts";
import {
  addSystem,
  makeCache,
  pathOf,
  runsBySystem,
  SYSTEM_LOADER,
  withoutVersion,
} from "./support/system.ts";

const binary = inject("binary");
const tofu = inject("tofu");
const { arch } = hostPlatform();
const VERSION = `terraform-provider-gpuhost ${projectVersion()}\n`;

test("a root with nothing but the package: tofu plans and applies there", async () => {
  using root = new Root(binary);
  expect(root.run(root.program, ["--version"])).toMatchObject({ status: 0, stdout: VERSION, stderr: "" });
  await root.readStandIn();
  root.addTofu(tofu, inject("mirror"));
  expect(await root.apply()).toContain("Apply complete!");
});

test("a person gets answers there too", () => {
  using root = new Root(binary);
  expect(root.run(root.program, ["inspect", "--help"])).toMatchObject({ status: 0, stderr: "" });
  expect(root.run(root.program, ["completion", "bash"])).toMatchObject({ status: 0, stderr: "" });
  expect(
    root.run(root.program, ["doctor", "--endpoint", "https://127.0.0.1:1"], {
      PROXMOX_VE_API_TOKEN: "a@pve!b=c",
    }).status,
  ).toBe(1);
});

test("a system with musl alone, as Alpine is: with its loader, its shell, and a library that it loads into everything", async () => {
  using root = new Root(binary);
  const processor = arch === "amd64" ? "x86_64" : "aarch64";
  const loader = `/lib/ld-musl-${processor}.so.1`;
  root.copy(join(inject("musl"), `usr/lib/${processor}-linux-musl/libc.so`), loader);
  root.copy(join(inject("busybox"), "usr/bin/busybox"), "/bin/sh");
  expect(runsBySystem(root)).toBe(false);
  // glibc would load musl's library into itself.
  root.copy(join(inject("busybox"), "usr/bin/busybox"), "/bin/env");
  await root.readStandIn({}, ["/bin/env", `LD_PRELOAD=${loader}`]);
  expect(root.run("/bin/sh", ["-c", `exec ${root.program} --version`]).stdout).toBe(VERSION);
  root.addTofu(tofu, inject("mirror"));
  expect(await root.apply()).toContain("Apply complete!");
});

test("a glibc system's own loader and libraries are used", async () => {
  using root = new Root(binary);
  addSystem(root);
  expect(runsBySystem(root)).toBe(true);
  await root.readStandIn();
});

test("libraries that a user puts before the system's are not", async () => {
  using root = new Root(binary);
  addSystem(root);
  const variables = { LD_LIBRARY_PATH: "/old" };
  root.write("/old/libstdc++.so.6", "of another program");
  root.write("/old/libm.so.6", "of another program");
  expect(root.run(root.program, ["--version"], variables)).toMatchObject({
    status: 0,
    stdout: VERSION,
    stderr: "",
  });
  await root.readStandIn(variables);
});

test("names are resolved as the system says, modules that are not there left out", async () => {
  using root = new Root(binary);
  root.write("/etc/nsswitch.conf", "hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns\n");
  root.write("/etc/hosts", "127.0.0.1 pve.invalid\n");
  const connect = ["doctor", "--endpoint", "https://pve.invalid:1", "--json"];
  const { stdout } = root.run(root.program, connect, {
    PROXMOX_VE_API_TOKEN: "root@pam!t=00000000-0000-0000-0000-000000000000",
  });
  // Of a name that is not found it says so.
  expect(JSON.parse(stdout).checks).toMatchObject([
    { subject: "https://pve.invalid:1", summary: "refuses the connection" },
  ]);
});

/** Systems whose loader or libraries do not do. */
const UNFIT: readonly (readonly [string, (root: Root) => void])[] = [
  ["libstdc++ is missing", (root) => addSystem(root, ["libstdc++.so.6"])],
  ["libgcc is missing", (root) => addSystem(root, ["libgcc_s.so.1"])],
  [
    "glibc is older than 2.28",
    (root) => {
      addSystem(root);
      withoutVersion(root, "libc.so.6", "GLIBC_2.28");
    },
  ],
  [
    "libstdc++ is older than GCC 5",
    (root) => {
      addSystem(root);
      withoutVersion(root, "libstdc++.so.6", "GLIBCXX_3.4.21");
    },
  ],
  [
    "the loader is a stub that says to install something (NixOS)",
    (root) => root.write(SYSTEM_LOADER, launcherBytes(arch), 0o755),
  ],
  [
    "the loader is a stub, and libraries are there",
    (root) => {
      addSystem(root);
      root.write(SYSTEM_LOADER, launcherBytes(arch), 0o755);
    },
  ],
  [
    "the loader is of another glibc than the libraries",
    (root) => {
      addSystem(root);
      root.copy(join(dirname(binary), FOLDER, LOADER), SYSTEM_LOADER);
      makeCache(root);
    },
  ],
  [
    "the loader's cache is missing",
    (root) => {
      addSystem(root);
      root.remove("/etc/ld.so.cache");
    },
  ],
  [
    "the loader's cache is damaged",
    (root) => {
      addSystem(root);
      const cache = readFileSync(root.at("/etc/ld.so.cache"));
      root.write("/etc/ld.so.cache", cache.subarray(0, 60));
    },
  ],
  [
    "the loader's cache is not true any more",
    (root) => {
      addSystem(root);
      root.remove(pathOf("libstdc++.so.6"));
    },
  ],
  [
    "a library is no library",
    (root) => {
      addSystem(root);
      root.write(pathOf("libm.so.6"), "INPUT(libm-2.so)");
    },
  ],
  [
    "a library is cut off",
    (root) => {
      addSystem(root);
      root.write(pathOf("libc.so.6"), readFileSync(pathOf("libc.so.6")).subarray(0, 5000));
    },
  ],
];

test.each(UNFIT)("where %s, those of the package are used", async (_, prepare) => {
  using root = new Root(binary);
  prepare(root);
  expect(runsBySystem(root)).toBe(false);
  expect(root.run(root.program, ["--version"])).toMatchObject({ status: 0, stdout: VERSION, stderr: "" });
  await root.readStandIn();
});

test("a read-only root whose /tmp takes no programs", async () => {
  using root = new Root(binary);
  root.addTofu(tofu, inject("mirror"));
  root.makeReadOnly();
  root.mount("/tmp", "-t", "tmpfs", "-o", "noexec", "tmpfs");
  expect(root.run("/bin/tofu", ["version"]).status).toBe(0);
  expect(await root.apply("/tmp/work")).toContain("Apply complete!");
});

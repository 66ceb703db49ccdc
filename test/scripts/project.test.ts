import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  binaryPath,
  cacheFolder,
  hostPlatform,
  mirrorFolder,
  projectVersion,
} from "../../scripts/project.ts";

test.for([
  ["where XDG_CACHE_HOME says", { XDG_CACHE_HOME: "/cache" }, "/cache/terraform-provider-gpuhost"],
  ["in the home without it", {}, join(homedir(), ".cache/terraform-provider-gpuhost")],
  [
    "in the home when it is empty",
    { XDG_CACHE_HOME: "" },
    join(homedir(), ".cache/terraform-provider-gpuhost"),
  ],
  [
    "in the home when it is relative",
    { XDG_CACHE_HOME: "x" },
    join(homedir(), ".cache/terraform-provider-gpuhost"),
  ],
] as const)("the cache is %s", ([, environment, folder]) => {
  expect(cacheFolder(environment)).toBe(folder);
});

test("the executable lies where a filesystem mirror has it", () => {
  expect(binaryPath("1.2.3", { os: "linux", arch: "arm64" })).toBe(
    join(
      mirrorFolder,
      "registry.opentofu.org/gpuhost/gpuhost/1.2.3/linux_arm64/terraform-provider-gpuhost_v1.2.3",
    ),
  );
});

test("the platform has Go's names", () => {
  expect(["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"]).toContain(
    `${hostPlatform().os}_${hostPlatform().arch}`,
  );
});

test("the version is that of package.json", () => {
  expect(projectVersion()).toMatch(/^\d+\.\d+\.\d+$/);
});

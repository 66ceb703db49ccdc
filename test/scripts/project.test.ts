import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { binaryPath, hostPlatform, mirrorFolder, projectVersion } from "../../scripts/project.ts";
import {
  cacheFolder,
  executableFile,
  goPlatform,
  homeFolder,
  homeVariables,
  temporaryVariables,
} from "../../scripts/system.mjs";

test.for([
  ["linux", "where XDG_CACHE_HOME says", { XDG_CACHE_HOME: "/cache" }, "/cache/terraform-provider-gpuhost"],
  ["linux", "in the home without it", {}, "/home/me/.cache/terraform-provider-gpuhost"],
  [
    "linux",
    "in the home when it is empty",
    { XDG_CACHE_HOME: "" },
    "/home/me/.cache/terraform-provider-gpuhost",
  ],
  [
    "linux",
    "in the home when it is relative",
    { XDG_CACHE_HOME: "x" },
    "/home/me/.cache/terraform-provider-gpuhost",
  ],
  ["darwin", "where XDG_CACHE_HOME says", { XDG_CACHE_HOME: "/cache" }, "/cache/terraform-provider-gpuhost"],
  ["darwin", "with those of the system", {}, "/home/me/Library/Caches/terraform-provider-gpuhost"],
  [
    "win32",
    "where XDG_CACHE_HOME says",
    { XDG_CACHE_HOME: "D:\\cache", LOCALAPPDATA: "C:\\Users\\me\\AppData\\Local" },
    "D:\\cache\\terraform-provider-gpuhost",
  ],
  [
    "win32",
    "where LOCALAPPDATA says",
    { XDG_CACHE_HOME: "x", LOCALAPPDATA: "E:\\local" },
    "E:\\local\\terraform-provider-gpuhost",
  ],
  ["win32", "in the home without it", {}, "C:\\Users\\me\\AppData\\Local\\terraform-provider-gpuhost"],
] as const)("the cache on %s is %s", ([platform, , environment, folder]) => {
  expect(cacheFolder(environment, platform, platform === "win32" ? "C:\\Users\\me" : "/home/me")).toBe(
    folder,
  );
});

test("a home that the environment does not name is the user's", () => {
  vi.stubEnv("HOME", "");
  expect(homeFolder()).toBe(userInfo().homedir);
  vi.unstubAllEnvs();
  expect(cacheFolder({}, "linux")).toBe(join(homedir(), ".cache/terraform-provider-gpuhost"));
});

test.for([
  ["linux", "x64", { os: "linux", arch: "amd64" }],
  ["darwin", "arm64", { os: "darwin", arch: "arm64" }],
  ["win32", "x64", { os: "windows", arch: "amd64" }],
] as const)("%s on %s has Go's names", ([platform, arch, name]) => {
  expect(goPlatform(platform, arch)).toEqual(name);
});

test("programs find home and temporary files by the system's variables, and have its suffix", () => {
  expect([executableFile("tofu", "darwin"), executableFile("tofu", "win32")]).toEqual(["tofu", "tofu.exe"]);
  expect(homeVariables("/h", "darwin")).toEqual({ HOME: "/h" });
  expect(homeVariables("C:\\h", "win32")).toEqual({
    USERPROFILE: "C:\\h",
    APPDATA: "C:\\h",
    LOCALAPPDATA: "C:\\h",
  });
  expect(temporaryVariables("/t", "darwin")).toEqual({ TMPDIR: "/t" });
  expect(temporaryVariables("C:\\t", "win32")).toEqual({ TEMP: "C:\\t", TMP: "C:\\t" });
});

test("the executable lies where a filesystem mirror has it", () => {
  expect(binaryPath("1.2.3", { os: "linux", arch: "arm64" })).toBe(
    join(
      mirrorFolder,
      "registry.opentofu.org/gpuhost/gpuhost/1.2.3/linux_arm64/terraform-provider-gpuhost_v1.2.3",
    ),
  );
});

test("the platform is that of this process", () => {
  expect(hostPlatform()).toEqual(goPlatform(process.platform, process.arch));
});

test("the version is that of package.json", () => {
  expect(projectVersion()).toMatch(/^\d+\.\d+\.\d+$/);
});

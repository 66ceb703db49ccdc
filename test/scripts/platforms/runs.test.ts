import { expect, test } from "vitest";
import { leftOutLines, platformRuns, reasonAgainst } from "../../../scripts/platforms/runs.ts";
import { platformName } from "../../../scripts/project.ts";
import { releasePlatforms } from "../../../scripts/release/platforms.ts";

test("every platform of a release is run, or it is said that it is not", () => {
  expect(platformRuns.map(({ platform }) => platform)).toEqual(releasePlatforms.map(platformName));
});

test("a run ends with what it leaves out", () => {
  expect(
    leftOutLines([
      { platform: "darwin_arm64", by: null, leftOut: "never run, since there is no such machine" },
      { platform: "linux_arm64", by: "QEMU", leftOut: "what a real processor would do otherwise" },
    ]),
  ).toEqual([
    "What this run leaves out:",
    "  darwin_arm64  never run, since there is no such machine",
    "  linux_arm64   run by QEMU; not tried is what a real processor would do otherwise",
  ]);
});

const DEBIAN = { platform: "linux_amd64", isRoot: true, isDebian: true };

test.each([
  [{}, undefined],
  [{ platform: "darwin_arm64" }, "they run on Linux on amd64, and this is darwin_arm64"],
  [{ platform: "linux_arm64" }, "they run on Linux on amd64, and this is linux_arm64"],
  [
    { isDebian: false, isRoot: false },
    "they take Wine, QEMU and libraries from Debian's packages, and this is no Debian",
  ],
  [{ isRoot: false }, "they make root file systems and mount, and this user is not root"],
])("on a machine with %j there is a reason against them: %s", (machine, reason) => {
  expect(reasonAgainst({ ...DEBIAN, ...machine })).toBe(reason);
});

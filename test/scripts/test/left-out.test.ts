import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { excludedTests, leftOut, toldOfLeftOut } from "../../../scripts/test/left-out.ts";

const root = join(import.meta.dirname, "../../..");

test("on Linux nothing is left out", () => {
  expect(leftOut("linux")).toEqual([]);
});

test.for(["darwin", "win32"] as const)(
  "what is left out on %s is there, and the rest is more",
  (platform) => {
    const all = globSync("test/**/*.test.ts", { cwd: root, exclude: ["test/platforms/**"] });
    const excluded = new Set<string>();
    for (const pattern of excludedTests(platform)) {
      const files = globSync(pattern.replace(/\/\*\*$/, "/**/*.test.ts"), { cwd: root });
      expect(files, pattern).not.toEqual([]);
      for (const file of files) excluded.add(file);
    }
    expect(excluded.size).toBeLessThan(all.length / 2);
  },
);

test("each is told with its reason, by the kind of tests that is run", () => {
  expect(toldOfLeftOut("darwin", ["e2e"])).toEqual([
    "Left out on darwin: test/e2e/performance (counts what the Node of Linux loads and allocates)",
    "Left out on darwin: test/e2e/release (a release is made on Linux)",
    "Left out on darwin: test/e2e/long-runs.test.ts (counts in /proc what a process has open)",
    "Left out on darwin: test/e2e/cli/completion.test.ts (needs fish, and a bash newer than Apple's)",
    "Left out on darwin: test/e2e/cli/page.test.ts (needs Debian's Chromium)",
    "Left out on darwin: test/e2e/cli/inspect.test.ts (needs /dev/full, and script of util-linux)",
  ]);
  expect(toldOfLeftOut("win32", ["unit"]).some((line) => line.includes("test/e2e"))).toBe(false);
  expect(toldOfLeftOut("win32", ["unit", "e2e"])).toContain(
    "Left out on win32: test/e2e (ends programs by signals, and finds them in /proc)",
  );
});

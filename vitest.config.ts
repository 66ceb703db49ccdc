import { defineConfig } from "vitest/config";
import { excludedTests } from "./scripts/test/left-out.ts";

const leftOut = excludedTests(process.platform);

// `unit` needs nothing but Node, `e2e` the packaged binary and real tools, `platforms` root and Debian's packages.
export default defineConfig({
  test: {
    // Processes instead of threads: tests start programs, send signals and change directory.
    pool: "forks",
    // How long to wait for what a test waits for; a loaded machine takes its time.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/platforms/**", ...leftOut],
          // The slowest take 5 s, and ten times that beside other work.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: leftOut,
          globalSetup: ["test/e2e/global-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: "platforms",
          include: ["test/platforms/**/*.test.ts"],
          globalSetup: ["test/platforms/global-setup.ts"],
          // One after the other: some of them mount and register things.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});

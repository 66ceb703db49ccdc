import { defineConfig } from "vitest/config";

// Two projects: `unit` needs nothing but Node, `e2e` the packaged binary and real tools.
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
          exclude: ["test/e2e/**"],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/e2e/global-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});

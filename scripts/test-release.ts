/**
 * `npm run test:release`: the tests that `npm test` runs with a release of one platform, with a release of all
 * platforms.
 */
import { readArguments } from "./arguments.ts";
import { releasePlatforms } from "./release/platforms.ts";
import { runProgram } from "./run.ts";

readArguments({
  command: "npm run test:release",
  summary: `Makes a release of ${releasePlatforms.length} platforms, and lets OpenTofu take it from folders, mirrors and registries`,
});
// test/support/release/made.ts reads it.
const environment = { GPUHOST_TEST_PLATFORMS: "all" };
process.exitCode = await runProgram("vitest", ["run", "--project", "e2e", "test/e2e/release"], environment);

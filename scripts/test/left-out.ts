/** The tests that are not for every system, and why. Runs name them, so none is skipped silently. */

/** Tests that a system cannot run. */
export interface LeftOut {
  /** A file or folder of tests, from the root of the project. */
  readonly tests: string;
  readonly reason: string;
}

const linuxAlone: readonly LeftOut[] = [
  { tests: "test/scripts/build/smaller-node", reason: "cuts the Node of Linux" },
  { tests: "test/scripts/release", reason: "a release is made on Linux" },
  { tests: "test/performance", reason: "counts what the Node of Linux loads and allocates" },
  { tests: "test/e2e/performance", reason: "counts what the Node of Linux loads and allocates" },
  { tests: "test/e2e/release", reason: "a release is made on Linux" },
  { tests: "test/e2e/long-runs.test.ts", reason: "counts in /proc what a process has open" },
  { tests: "test/e2e/cli/completion.test.ts", reason: "needs fish, and a bash newer than Apple's" },
  { tests: "test/e2e/cli/page.test.ts", reason: "needs Debian's Chromium" },
  { tests: "test/e2e/cli/inspect.test.ts", reason: "needs /dev/full, and script of util-linux" },
];

/** Also tests that need a POSIX shell, Unix sockets or signals. */
const unixAlone: readonly LeftOut[] = [
  ...linuxAlone,
  { tests: "test/e2e", reason: "ends programs by signals, and finds them in /proc" },
  { tests: "test/plugin/go-hosts.test.ts", reason: "connects to Unix sockets" },
  { tests: "test/plugin/listener.test.ts", reason: "connects to Unix sockets" },
  { tests: "test/plugin/output.test.ts", reason: "ends programs by signals" },
  { tests: "test/plugin/reattach.test.ts", reason: "connects to Unix sockets" },
  { tests: "test/plugin/serve.test.ts", reason: "connects to Unix sockets" },
  { tests: "test/plugin/tls.test.ts", reason: "connects to Unix sockets" },
  { tests: "test/plugin/default-authorities.test.ts", reason: "makes a named pipe in a folder" },
  { tests: "test/scripts", reason: "starts programs that are written for a POSIX shell" },
  { tests: "test/demo", reason: "ends programs by signals" },
  { tests: "test/support-tests", reason: "ends programs by signals" },
  { tests: "test/faults", reason: "ends programs by signals" },
  { tests: "test/fuzz", reason: "ends programs by signals" },
  { tests: "test/cli/shell.test.ts", reason: "asks a POSIX shell" },
];

/** The tests to skip on a system. */
export function leftOut(platform: NodeJS.Platform): readonly LeftOut[] {
  if (platform === "linux") return [];
  return platform === "win32" ? unixAlone : linuxAlone;
}

/** The same in vitest's form. */
export function excludedTests(platform: NodeJS.Platform): string[] {
  return leftOut(platform).map(({ tests }) => (tests.endsWith(".ts") ? tests : `${tests}/**`));
}

/** One line for each skipped test of a run. @param projects what it runs */
export function toldOfLeftOut(
  platform: NodeJS.Platform,
  projects: readonly ("unit" | "e2e")[],
): readonly string[] {
  return leftOut(platform)
    .filter(({ tests }) => projects.includes(/^test\/e2e(\/|$)/.test(tests) ? "e2e" : "unit"))
    .map(({ tests, reason }) => `Left out on ${platform}: ${tests} (${reason})`);
}

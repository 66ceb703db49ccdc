/** Every script that npm runs reads its arguments in one way, before it does anything. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";

const manifest = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const BOOTSTRAP = /^exec node scripts\/bootstrap\.mjs (.+)$/;
const scripts = Object.entries(manifest.scripts).map(([name, command]) => ({
  name,
  call: BOOTSTRAP.exec(command)?.[1]?.split(" ") ?? [],
}));

async function run(call: readonly string[], name: string) {
  const child = spawn(process.execPath, call, {
    cwd: projectRoot,
    env: { ...process.env, npm_lifecycle_event: name, INIT_CWD: projectRoot },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (output.stderr += chunk));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, ...output };
}

/** When the build, the pages and the report were last written. */
const written = () =>
  ["dist/build.json", "docs/index.md", "docs/benchmarks.md", "src/plugin/gen/health.ts"]
    .map((path) => join(projectRoot, path))
    .map((file) => (existsSync(file) ? statSync(file).mtimeMs : null));

test.each(scripts)(
  "npm run $name says what it takes, and refuses what it does not",
  { timeout: 60_000 },
  async ({ name, call }) => {
    expect(call.length).toBeGreaterThan(0);
    const before = written();
    const help = await run([...call, "--help"], name);
    expect(help).toMatchObject({ status: 0, stderr: "" });
    expect(help.stdout).toMatch(/^[A-Z].*\.\n\nUsage: npm .*\n {2}--help +Says this\.\n$/s);
    const wrong = await run([...call, "--hepl"], name);
    expect(wrong).toMatchObject({ status: 2, stdout: "" });
    expect(wrong.stderr).toMatch(
      /^Error: There is no option --hepl; did you mean --help\?\nTry: npm .* -- --help\n$/,
    );
    expect(written()).toEqual(before);
  },
);

test.each<[string[], string]>([
  [
    ["scripts/bench.ts", "--sections", "plan"],
    'Error: There is no section "plan"; there are start, plans, growth.',
  ],
  [["scripts/bench-start.ts", "0"], 'Error: RUNS is "0" and must be a number from 1 on.'],
  [["scripts/bench-start.ts", "3", "4"], 'Error: "4" is too much: at most 1 RUNS may be named.'],
  [["scripts/test.ts", "test/ctyy"], 'Error: There is no "test/ctyy".'],
  [["scripts/test.ts", "--unit", "test/e2e"], 'Error: "test/e2e" has no unit tests.'],
])("%j is refused", { timeout: 60_000 }, async (call, message) => {
  const { status, stderr } = await run(call, "example");
  expect([status, stderr.split("\n")[0]]).toEqual([2, message]);
});

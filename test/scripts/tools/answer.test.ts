import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { askGoTool, askPlugin, askQuill, askTfplugindocs } from "../../../scripts/tools/answer.ts";
import { MAGIC_COOKIE } from "../../../src/plugin/handshake.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-answer-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const COOKIE = MAGIC_COOKIE.value;
const handshake = `[ "$TF_PLUGIN_MAGIC_COOKIE" = ${COOKIE} ] && echo '1|6|unix|/tmp/plugin|grpc|' && exec sleep 60`;

const answers: readonly (readonly [string, string, string | undefined])[] = [
  ["a plugin with its module's version", `# mod\texample.test/plugin\tv1.2.3\th1:x\n${handshake}\n`, "1.2.3"],
  [
    "a plugin built from a checkout",
    `# mod\texample.test/plugin\tv1.2.3+dirty\t\n${handshake}\n`,
    "1.2.3+dirty",
  ],
  ["a plugin without a version", `# mod\texample.test/plugin\t(devel)\t\n${handshake}\n`, undefined],
  ["another plugin", `# mod\texample.test/plugins\tv1.2.3\t\n${handshake}\n`, undefined],
  ["a plugin that only depends on it", `# dep\texample.test/plugin\tv1.2.3\t\n${handshake}\n`, undefined],
  ["one that does not shake hands", "# mod\texample.test/plugin\tv1.2.3\t\necho no\n", undefined],
  ["one that says nothing", "# mod\texample.test/plugin\tv1.2.3\t\n", undefined],
];

test.for(answers)("asks %s", async ([, text, version]) => {
  const path = join(folder, "plugin");
  writeFileSync(path, `#!/bin/sh\n${text}`);
  chmodSync(path, 0o755);
  await expect(askPlugin(path, "example.test/plugin")).resolves.toBe(version);
});

test("what a plugin that is killed leaves is put away", async () => {
  const path = join(folder, "plugin");
  const temporary = join(folder, "temporary");
  mkdirSync(temporary);
  const leaves = `: > "$TMPDIR/socket"\n`;
  writeFileSync(path, `#!/bin/sh\n# mod\texample.test/plugin\tv1.2.3\th1:x\n${leaves}${handshake}\n`);
  chmodSync(path, 0o755);
  vi.stubEnv("TMPDIR", temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(askPlugin(path, "example.test/plugin")).resolves.toBe("1.2.3");
  expect(readdirSync(temporary)).toEqual([]);
});

test("what does not exist has no version", async () => {
  await expect(askPlugin(join(folder, "nothing"), "example.test/plugin")).resolves.toBeUndefined();
});

test("what cannot be started has no version", async () => {
  const path = join(folder, "plugin");
  writeFileSync(path, "mod\texample.test/plugin\tv1.2.3\t\n");
  await expect(askPlugin(path, "example.test/plugin")).resolves.toBeUndefined();
});

test.for([
  ["the release", "tfplugindocs Version 0.25.0 from commit 70e1ce5", "0.25.0"],
  ["what Go builds with the version", "tfplugindocs Version 0.25.0", "0.25.0"],
  ["what Go builds without", "tfplugindocs Version dev", undefined],
  ["another program", "terraform Version 0.25.0", undefined],
] as const)("asks tfplugindocs, which answers on standard error: %s", async ([, answer, version]) => {
  const path = join(folder, "tfplugindocs");
  writeFileSync(path, `#!/bin/sh\n[ "$*" = --version ] && echo '${answer}' >&2\n`);
  chmodSync(path, 0o755);
  await expect(askTfplugindocs(path)).resolves.toBe(version);
});

test.for([
  ["its version", '{"application": "quill", "version": "0.5.1"}', "0.5.1"],
  [
    "that it was built without one",
    '{"application": "quill", "version": "[not provided]"}',
    "[not provided]",
  ],
  ["that it is another program", '{"application": "syft", "version": "0.5.1"}', undefined],
  ["a version that is none", '{"application": "quill", "version": 5}', undefined],
  ["nothing that can be read", "quill 0.5.1", undefined],
] as const)("asks quill, which answers with %s", async ([, answer, version]) => {
  const path = join(folder, "quill");
  writeFileSync(path, `#!/bin/sh\n[ "$*" = "version -o json" ] && echo '${answer}'\n`);
  chmodSync(path, 0o755);
  await expect(askQuill(path)).resolves.toBe(version);
});

test("tfplugindocs that does not exist has no version", async () => {
  await expect(askTfplugindocs(join(folder, "nothing"))).resolves.toBeUndefined();
});

test.each<readonly [string, string, string | undefined]>([
  [
    "a tool with its module's version",
    '# mod\texample.test/tool\tv1.2.3\th1:x\n[ "$1" = --help ]\n',
    "1.2.3",
  ],
  ["a tool that does not run", "# mod\texample.test/tool\tv1.2.3\th1:x\nexit 1\n", undefined],
  ["another tool", "# mod\texample.test/other\tv1.2.3\th1:x\n", undefined],
])("%s", async (_, script, version) => {
  const path = join(folder, "tool");
  writeFileSync(path, `#!/bin/sh\n${script}`);
  chmodSync(path, 0o755);
  expect(await askGoTool(path, "example.test/tool", ["--help"])).toBe(version);
});

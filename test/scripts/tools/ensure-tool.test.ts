import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { provideTool, type Surroundings } from "../../../scripts/tools/ensure-tool.ts";
import { type Tool, tools } from "../../../scripts/tools/tool.ts";
import { zipOf } from "./zip-of.ts";

/** A made-up tofu that answers with `version`, as a shell script. */
const answering = (version: string): string =>
  `#!/bin/sh\n[ "$*" = "version -json" ] || exit 9\necho '{"terraform_version":"${version}"}'\n`;

/** The real tool's description, but for the version and where it comes from. */
const tool: Tool = { ...tools.tofu, version: "1.2.3", releases: {} };

let folder: string;
let said: string[];
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-tools-"));
  said = [];
});

afterEach(async () => {
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function executable(path: string, text: string): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  chmodSync(full, 0o755);
  return full;
}

/** A `go` that notes its arguments and environment and writes `output` to what -o names. */
function fakeGo(output: string, before = ""): void {
  executable("source", output);
  executable(
    "go/go",
    `#!/bin/sh
{ pwd; echo "$@"; env; } >>"${folder}/go-calls"
${before}
while [ $# -gt 0 ]; do [ "$1" = -o ] && target="$2"; shift; done
cp "${folder}/source" "$target"
`,
  );
}

const goCalls = (): string =>
  existsSync(join(folder, "go-calls")) ? readFileSync(join(folder, "go-calls"), "utf8") : "";

function surroundings(environment: NodeJS.ProcessEnv = {}): Surroundings {
  return {
    environment: { PATH: `${folder}/path:${folder}/go:/usr/bin:/bin`, HOME: folder, ...environment },
    say: (line) => said.push(line),
    cache: join(folder, "cache"),
    platform: "linux_amd64",
  };
}

const cached = (): string => join(folder, "cache/opentofu-1.2.3-linux_amd64/tofu");

test("one on the PATH is taken when it answers with the pinned version", async () => {
  const path = executable("path/tofu", answering("1.2.3"));
  fakeGo(answering("1.2.3"));
  await expect(provideTool(tool, surroundings())).resolves.toBe(path);
  expect(said).toEqual([]);
  expect(goCalls()).toBe("");
});

const unfit: readonly (readonly [string, string])[] = [
  ["is older", answering("1.2.2")],
  ["is a development version", answering("1.2.3-dev")],
  ["answers without a version", "#!/bin/sh\necho '{}'\n"],
  ["answers with something else", "#!/bin/sh\necho 'OpenTofu v1.2.3'\n"],
  ["fails", "#!/bin/sh\nexit 1\n"],
  ["is no program", "\0"],
];

test.for(unfit)("one on the PATH that %s is passed over", async ([, text]) => {
  executable("path/tofu", text);
  fakeGo(answering("1.2.3"));
  await expect(provideTool(tool, surroundings())).resolves.toBe(cached());
});

test.for(unfit)("one in the cache that %s is made again", async ([, text]) => {
  executable("cache/opentofu-1.2.3-linux_amd64/tofu", text);
  fakeGo(answering("1.2.3"));
  await expect(provideTool(tool, surroundings())).resolves.toBe(cached());
  expect(readFileSync(cached(), "utf8")).toBe(answering("1.2.3"));
});

test("one in the cache is taken without another word", async () => {
  executable("cache/opentofu-1.2.3-linux_amd64/tofu", answering("1.2.3"));
  fakeGo(answering("1.2.3"));
  await expect(provideTool(tool, surroundings())).resolves.toBe(cached());
  expect(said).toEqual([]);
  expect(goCalls()).toBe("");
});

test("a relative folder on the PATH is not searched", async () => {
  fakeGo(answering("1.2.3"));
  const environment = { PATH: `.:${folder}/go:/usr/bin:/bin` };
  await expect(provideTool(tool, surroundings(environment))).resolves.toBe(cached());
});

test("Go builds it by our recipe, whatever the user's own says", async () => {
  fakeGo(answering("1.2.3"));
  const own = { GOFLAGS: "-mod=mod -buildvcs=false", GOTOOLCHAIN: "local", GOOS: "plan9", CGO_ENABLED: "1" };
  await provideTool(tool, surroundings({ ...own, GOWORK: "/x", GOPROXY: "https://proxy.test" }));
  const calls = goCalls().split("\n");
  expect(calls[0]).toMatch(/\/scripts\/tools\/tofu$/);
  expect(calls[1]).toMatch(
    /^build -ldflags -s -w -X github\.com\/opentofu\/opentofu\/version\.dev=no -o \S+ github\.com\/opentofu\/opentofu\/cmd\/tofu$/,
  );
  expect(calls).toEqual(
    expect.arrayContaining([
      "GOFLAGS=-mod=readonly -trimpath",
      "GOTOOLCHAIN=auto",
      `GOOS=${process.platform}`,
      "CGO_ENABLED=0",
      "GOWORK=off",
      "GOPROXY=https://proxy.test",
    ]),
  );
  expect(said).toEqual(["Building OpenTofu 1.2.3 from its Go module, once (about 3 minutes on two cores)"]);
});

test("Go finds a home where HOME is empty", async () => {
  fakeGo(answering("1.2.3"));
  await provideTool(tool, surroundings({ HOME: "" }));
  expect(goCalls()).toMatch(/^HOME=\/.+$/m);
});

test("two runs at once build once", async () => {
  fakeGo(answering("1.2.3"), "sleep 0.2");
  const both = await Promise.all([provideTool(tool, surroundings()), provideTool(tool, surroundings())]);
  expect(both).toEqual([cached(), cached()]);
  expect(goCalls().match(/^build /gm)).toHaveLength(1);
  expect(said.toSorted()).toEqual([
    "Building OpenTofu 1.2.3 from its Go module, once (about 3 minutes on two cores)",
    `Waiting for process ${process.pid}, which is getting OpenTofu 1.2.3`,
  ]);
});

test("nothing is left of a build that failed", async () => {
  fakeGo(answering("1.2.3"), "echo 'no luck' >&2; touch \"$5\"; exit 1");
  await expect(provideTool(tool, surroundings())).rejects.toThrow("no luck");
  expect(readdirSync(dirname(cached()))).toEqual([]);
});

test("an old leftover is removed and a fresh one, which may be another machine's, is not", async () => {
  fakeGo(answering("1.2.3"));
  const old = executable("cache/opentofu-1.2.3-linux_amd64/.partial-old", "");
  const fresh = executable("cache/opentofu-1.2.3-linux_amd64/.partial-fresh", "");
  utimesSync(old, 0, 0);
  await provideTool(tool, surroundings());
  expect(readdirSync(dirname(fresh)).toSorted()).toEqual([".partial-fresh", "tofu"]);
});

test("an error names everything that was tried and how to mend it", async () => {
  const nowhere = surroundings({ PATH: `${folder}/path` });
  await expect(provideTool(tool, nowhere)).rejects.toThrow(
    new Error(
      "OpenTofu 1.2.3 is needed and there is none.\n" +
        "- It could not be built: go is not on the PATH\n" +
        "- No checksum of a release for linux_amd64 is known here.\n" +
        "Install Go 1.21 or newer, which fetches the toolchain it needs, or put tofu 1.2.3 on the PATH.",
    ),
  );
});

test("what Go built is not used when it answers with another version", async () => {
  fakeGo(answering("1.2.4"));
  await expect(provideTool(tool, surroundings())).rejects.toThrow(
    "- What Go built does not answer as version 1.2.3.",
  );
  expect(existsSync(cached())).toBe(false);
});

test("a cache that cannot be written to is an error that says what to set", async () => {
  executable("cache", "a file where the folder should be");
  await expect(provideTool(tool, surroundings())).rejects.toThrow(
    /^The cache folder \S+ cannot be written to \(.+\)\. Set XDG_CACHE_HOME to one that can\.$/,
  );
});

/** Serves `archive` and returns a tool whose release has the checksum of `expected`. */
async function released(archive: Buffer, expected: Buffer, status = 200): Promise<Tool> {
  const listening = createServer((_, response) => response.writeHead(status).end(archive));
  server = listening;
  await new Promise((resolve) => listening.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = listening.address() as AddressInfo;
  const sha256 = createHash("sha256").update(expected).digest("hex");
  const url = `http://127.0.0.1:${port}/tofu.zip`;
  return { ...tool, releases: { linux_amd64: { url, sha256, member: "tofu" } } };
}

test("without Go the release is taken, when its checksum is right", async () => {
  const archive = zipOf({ "README.md": "x", tofu: answering("1.2.3") });
  const nowhere = surroundings({ PATH: `${folder}/path` });
  await expect(provideTool(await released(archive, archive), nowhere)).resolves.toBe(cached());
  expect(said.at(-1)).toBe("That failed. Downloading the release of OpenTofu 1.2.3 instead");
  expect(statSync(cached()).mode & 0o777).toBe(0o755);
});

test("a release with another checksum is not used", async () => {
  const archive = zipOf({ tofu: answering("1.2.3") });
  const other = await released(archive, Buffer.from("what was expected"));
  await expect(provideTool(other, surroundings({ PATH: `${folder}/path` }))).rejects.toThrow(
    /- It could not be downloaded: http:\S+ has the SHA-256 [0-9a-f]{64} instead of [0-9a-f]{64}; it was not used\n/,
  );
  expect(existsSync(cached())).toBe(false);
});

test("a release that the server does not have is an error with its answer", async () => {
  const missing = await released(Buffer.alloc(0), Buffer.alloc(0), 404);
  await expect(provideTool(missing, surroundings({ PATH: `${folder}/path` }))).rejects.toThrow(
    /- It could not be downloaded: http:\S+ could not be fetched: the server answered 404\n/,
  );
});

import { execFileSync } from "node:child_process";
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
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  ensureNode,
  nodeLicence,
  nodeOrigin,
  type PinnedNode,
  pinnedNodes,
} from "../../../scripts/nodes/node-binary.mjs";
import { platformName } from "../../../scripts/project.ts";
import { releasePlatforms } from "../../../scripts/release/platforms.ts";
import { zipOf } from "../tools/zip-of.ts";

const packages = pinnedNodes();

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-node-"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "served"));
  vi.stubEnv("PATH", `${join(folder, "bin")}:/usr/bin:/bin`);
  vi.stubEnv("npm_execpath", "");
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const BINARY = "#!/bin/sh\necho a Node\n";
const LICENCE = "Whoever may use it.\n";

const hash = (algorithm: string, content: Buffer | string, encoding: "base64" | "hex"): string =>
  createHash(algorithm).update(content).digest(encoding);

/** A program on the PATH that notes its arguments and then runs `script`. */
function program(name: string, script: string): void {
  writeFileSync(join(folder, "bin", name), `#!/bin/sh\necho "$@" >> ${folder}/${name}.log\n${script}\n`);
  chmodSync(join(folder, "bin", name), 0o755);
}

const calls = (name: string): readonly string[] =>
  existsSync(join(folder, `${name}.log`))
    ? readFileSync(join(folder, `${name}.log`), "utf8")
        .trim()
        .split("\n")
    : [];

/** A package of npm that `npm pack` gives, and what is known of it. */
function servedByNpm(): PinnedNode {
  mkdirSync(join(folder, "package/bin"), { recursive: true });
  writeFileSync(join(folder, "package/bin/node"), BINARY);
  writeFileSync(join(folder, "package/LICENSE"), LICENCE);
  const archive = join(folder, "served/node-1.0.0.tgz");
  execFileSync("tar", ["-czf", archive, "-C", folder, "package"]);
  program("npm", `cp ${archive} .`);
  return {
    ...known,
    packager: "npm",
    package: "node-example",
    packageVersion: "1.0.0",
    member: "package/bin/node",
    licenceMember: "package/LICENSE",
    integrity: `sha512-${hash("sha512", readFileSync(archive), "base64")}`,
  };
}

/** A package that `pip download` gives, and what is known of it. */
function servedByPip(): PinnedNode {
  const archive = zipOf({ "carrier/node": BINARY, "carrier/LICENSE": LICENCE });
  writeFileSync(join(folder, "served/node.whl"), archive);
  program(
    "python3",
    `case "$3" in --version) exit 0;; esac\nwhile [ "$1" != --dest ]; do shift; done\ncp ${folder}/served/node.whl "$2"`,
  );
  return {
    ...known,
    packager: "pip",
    package: "nodes",
    packageVersion: "2.0.0",
    platform: "macosx_13_0_arm64",
    member: "carrier/node",
    licenceMember: "carrier/LICENSE",
    integrity: `sha256-${hash("sha256", archive, "base64")}`,
  };
}

const known = {
  version: "1.0.0",
  sha256: hash("sha256", BINARY, "hex"),
  licenceSha256: hash("sha256", LICENCE, "hex"),
  builtBy: "nobody",
  licence: "MIT",
};

const ensure = async (node: PinnedNode, said: string[] = []): Promise<string> =>
  await ensureNode(node, join(folder, "cache"), (line) => said.push(line));

/** Nothing of a try that failed is left where a later one would find it. */
const leftInCache = (): readonly string[] =>
  readdirSync(join(folder, "cache"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

test("npm fetches a package once, and its binary is kept", async () => {
  const node = servedByNpm();
  const said: string[] = [];
  const binary = await ensure(node, said);
  expect(readFileSync(binary, "utf8")).toBe(BINARY);
  expect(statSync(binary).mode & 0o111).toBe(0o111);
  await expect(ensure(node, said)).resolves.toBe(binary);
  expect(calls("npm")).toEqual(["pack node-example@1.0.0 --ignore-scripts --loglevel=error"]);
  expect(said).toEqual(["Fetching Node 1.0.0 from node-example@1.0.0"]);
  expect(leftInCache()).toEqual(["LICENSE", "node"]);
});

test("pip is asked for the platform and the hash", async () => {
  const node = servedByPip();
  const said: string[] = [];
  expect(readFileSync(await ensure(node, said), "utf8")).toBe(BINARY);
  const [, download = ""] = calls("python3");
  expect(download).toContain(
    "-m pip download --platform macosx_13_0_arm64 --python-version 3.12 --only-binary=:all:",
  );
  expect(download).toContain("--require-hashes");
  expect(said).toEqual(["Fetching Node 1.0.0 from nodes==2.0.0 for macosx_13_0_arm64"]);
  expect(leftInCache()).toEqual(["LICENSE", "node"]);
});

test("a binary in the cache that has been changed is fetched again", async () => {
  const node = servedByNpm();
  const binary = await ensure(node);
  writeFileSync(binary, "another");
  await ensure(node);
  expect(readFileSync(binary, "utf8")).toBe(BINARY);
  expect(calls("npm")).toHaveLength(2);
});

const ANOTHER = "sha512-AAAA";

test("a package with another hash is not used", async () => {
  const node = servedByNpm();
  await expect(ensure({ ...node, integrity: ANOTHER })).rejects.toThrow(
    `node-1.0.0.tgz of node-example@1.0.0 has the hash ${node.integrity} instead of ${ANOTHER}; it was not used.`,
  );
  expect(leftInCache()).toEqual([]);
});

test.for([servedByNpm, servedByPip])("a binary with another hash is not used (%#)", async (serve) => {
  const node = serve();
  await expect(ensure({ ...node, sha256: "0".repeat(64) })).rejects.toThrow(
    `${node.member} in ${nodeOrigin(node)} is not the one that is expected; it was not used.`,
  );
  expect(leftInCache()).toEqual([]);
});

test("what npm says of its failure is told", async () => {
  const node = servedByNpm();
  program("npm", "echo the registry is away >&2; exit 1");
  await expect(ensure(node)).rejects.toThrow("node-example@1.0.0 could not be fetched: the registry is away");
});

/** An index of Python's packages, as PEP 691 has it. */
async function servedByIndex(files: readonly Buffer[]): Promise<void> {
  const server = createServer((request, response) => {
    const number = /^\/files\/(\d)$/.exec(request.url ?? "")?.[1];
    if (number !== undefined) return response.end(files[Number(number)]);
    const listed = files.map((file, index) => ({
      filename: `nodes-${index}.whl`,
      url: `../../files/${index}`,
      hashes: { sha256: hash("sha256", file, "hex") },
    }));
    if (request.url !== "/simple/nodes/") response.statusCode = 404;
    return response.end(JSON.stringify({ files: listed }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  vi.stubEnv("PIP_INDEX_URL", `http://127.0.0.1:${port}/simple/`);
}

describe("without pip", () => {
  beforeEach(() => {
    vi.stubEnv("PATH", join(folder, "empty"));
  });

  test("the index is asked for the file with the hash", async () => {
    const node = servedByPip();
    await servedByIndex([Buffer.from("another"), readFileSync(join(folder, "served/node.whl"))]);
    expect(readFileSync(await ensure(node), "utf8")).toBe(BINARY);
    expect(leftInCache()).toEqual(["LICENSE", "node"]);
  });

  test("an index without that file is told, and what to do", async () => {
    const node = servedByPip();
    await servedByIndex([]);
    const page = `${process.env["PIP_INDEX_URL"]}nodes/`;
    await expect(ensure(node)).rejects.toThrow(
      new Error(
        `nodes==2.0.0 could not be fetched: there is no pip, and ${page} has no file with the hash ${hash(
          "sha256",
          readFileSync(join(folder, "served/node.whl")),
          "hex",
        )}. Install Python 3 with pip, or name an index that can be reached in PIP_INDEX_URL.`,
      ),
    );
  });

  test("an index that cannot be reached is told, too", async () => {
    vi.stubEnv("PIP_INDEX_URL", "http://127.0.0.1:9/simple");
    await expect(ensure(servedByPip())).rejects.toThrow(
      "there is no pip, and http://127.0.0.1:9/simple/nodes/ could not be fetched: ",
    );
  });
});

test("the text of the licence is that of the same package, and fetched again where it has been changed", async () => {
  const node = servedByPip();
  await ensure(node);
  const licence = nodeLicence(node, join(folder, "cache"));
  expect(readFileSync(licence, "utf8")).toBe(LICENCE);
  writeFileSync(licence, "another");
  await ensure(node);
  expect(readFileSync(licence, "utf8")).toBe(LICENCE);
  await expect(ensure({ ...node, licenceSha256: "0".repeat(64) })).rejects.toThrow(
    "carrier/LICENSE in nodes==2.0.0 is not the one that is expected; it was not used.",
  );
});

test("every platform of a release has a Node, all of one version", () => {
  expect(Object.keys(packages)).toEqual(releasePlatforms.map(platformName));
  expect(new Set(Object.values(packages).map(({ version }) => version)).size).toBe(1);
});

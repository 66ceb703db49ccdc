/**
 * A release in the hands of those who will take it: the real tofu, from every place that the guide to installing names, with the
 * guide's own configurations and commands; and what was changed on the way is refused.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { hostPlatform, type Platform, platformName } from "../../../scripts/project.ts";
import { releaseNames } from "../../../scripts/release/names.ts";
import { addToMirror } from "../../../scripts/release/network-mirror.ts";
import { ensureTool } from "../../../scripts/tools/ensure-tool.ts";
import { providerAddress } from "../../../src/provider-address.ts";
import { ensureProgram } from "../../support/cli/programs.ts";
import { readProjectFile } from "../../support/documentation.ts";
import { codeBlocks } from "../../support/markdown.ts";
import { freePort, untilAnswered } from "../../support/release/container-registry.ts";
import {
  authorityPem,
  filesOf,
  type HttpsServer,
  proxyTo,
  serve,
} from "../../support/release/https-server.ts";
import { type MadeRelease, releaseForTests, tampered, testKey } from "../../support/release/made.ts";
import { providerRegistry } from "../../support/release/provider-registry.ts";
import { Workspace } from "../../support/tofu/workspace.ts";

const GUIDE = readProjectFile("docs/guides/install.md");
const AIR_GAPPED = readProjectFile("docs/guides/air-gapped.md");
const own = hostPlatform();

let release: MadeRelease;
let changed: string;

beforeAll(async () => {
  for (const program of ["gpg", "unzip"]) ensureProgram(program);
  release = await releaseForTests();
  changed = await tampered(release, "changed");
}, 1_200_000);

afterAll(() => release.remove());

/** A configuration that uses the provider, with a CLI configuration and nothing else. */
function open(cli: string, source: string = providerAddress): Workspace {
  const workspace = new Workspace({ executable: inject("tofu"), mirror: inject("mirror") });
  onTestFinished(() => workspace.remove());
  workspace.write("tofurc", cli);
  workspace.write("ca.pem", authorityPem);
  workspace.write(
    "main.tf",
    `terraform {
  required_providers {
    gpuhost = { source = "${source}" }
  }
}

output "path" {
  value = provider::gpuhost::path("03:00.0")
}
`,
  );
  return workspace;
}

const environmentIn = (workspace: Workspace): Record<string, string> => ({
  TF_CLI_CONFIG_FILE: join(workspace.directory, "tofurc"),
  SSL_CERT_FILE: join(workspace.directory, "ca.pem"),
});

async function expectInstalled(workspace: Workspace): Promise<void> {
  const environment = environmentIn(workspace);
  await workspace.init({ environment });
  expect(await workspace.apply({ environment })).toStrictEqual({ path: "0000:03:00.0" });
}

async function refusal(workspace: Workspace, args: readonly string[] = []): Promise<string> {
  const run = await workspace.run(["init", ...args], { environment: environmentIn(workspace) });
  expect(run.status).toBe(1);
  return run.output.replaceAll(/[\s│╷╵]+/g, " ");
}

/** The block of the guide that has this word in it, with its names in the place of those of the example. */
function fromGuide(word: string, names: Readonly<Record<string, string>>, guide: string = GUIDE): string {
  const [block, ...others] = codeBlocks(guide).filter(
    ({ language, text }) => /^(hcl|sh)$/.test(language) && text.includes(word),
  );
  if (block === undefined || others.length > 0) throw new Error(`not one block of the guide has ${word}`);
  return Object.entries({ linux_amd64: platformName(own), ...names }).reduce((text, [example, name]) => {
    return text.replaceAll(example, name);
  }, block.text);
}

/** Runs a command of the guide in the folder of a release. */
function runInShell(
  script: string,
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): string {
  const env = { PATH: process.env["PATH"], ...environment };
  return execFileSync("bash", ["-euc", script], { cwd: folder, env, encoding: "utf8", stdio: "pipe" });
}

test("sha256sum and gpg take the release, and find what was changed", () => {
  const home = join(release.scratch, "gnupg");
  mkdirSync(home, { mode: 0o700 });
  const environment = { GNUPGHOME: home };
  const command = fromGuide("gpg --verify", {});
  expect(() => runInShell(command, release.folder, environment)).toThrow("No public key");
  writeFileSync(join(home, "key.asc"), release.publicKey);
  runInShell(`gpg --batch --quiet --import ${home}/key.asc`, home, environment);
  expect(runInShell(command, release.folder, environment).match(/: OK$/gm)).toHaveLength(
    release.platforms.length + 4,
  );
  expect(() => runInShell(command, changed, environment)).toThrow(/FAILED|did NOT match/);
});

test("in the folder of plugins", async () => {
  const workspace = open("");
  const script = fromGuide(".terraform.d/plugins", {}).replace(/VERSION=\S+/, `VERSION=${release.version}`);
  runInShell(script, release.folder, { HOME: workspace.environment["HOME"] ?? "" });
  await expectInstalled(workspace);
});

describe("from a mirror in a folder", () => {
  const place = (folder: string): string => join(folder, providerAddress);

  test("with zips, by lock file and plugin cache, and not with others", async () => {
    const folder = join(release.scratch, "packed");
    const names = { "/opt/gpuhost/mirror": folder };
    runInShell(fromGuide("cp terraform-provider", names), release.folder);
    const workspace = open(fromGuide("filesystem_mirror", names));
    const environment = environmentIn(workspace);
    await workspace.succeed(lockArguments(fromGuide("-fs-mirror=", names), release.platforms), {
      environment,
    });
    expect(workspace.read(".terraform.lock.hcl").match(/"h1:/g)).toHaveLength(release.platforms.length);
    const cache = fromGuide("TF_PLUGIN_CACHE_DIR", {});
    runInShell(
      cache.replace("tofu init", `'${inject("tofu")}' init -lockfile=readonly`),
      workspace.directory,
      {
        ...workspace.environment,
        ...environment,
      },
    );
    await expectInstalled(workspace);

    cpSync(changed, place(folder), { recursive: true });
    rmSync(join(workspace.directory, ".terraform"), { recursive: true });
    expect(await refusal(workspace)).toMatch(/checksums|does ?n.t match/);
  });

  test("unpacked", async () => {
    const folder = join(release.scratch, "unpacked");
    const target = join(place(folder), release.version, platformName(own));
    mkdirSync(target, { recursive: true });
    runInShell(`unzip -q ${releaseNames(release.version).zip(own)} -d '${target}'`, release.folder);
    await expectInstalled(open(fromGuide("filesystem_mirror", { "/opt/gpuhost/mirror": folder })));
  });
});

/** What stands behind `tofu` in a command of a guide, with a platform for each that is there. */
function lockArguments(script: string, platforms: readonly Platform[]): string[] {
  const line = script.split("\n").find((one) => one.startsWith("tofu providers lock ")) ?? "";
  return line
    .split(" ")
    .slice(1)
    .flatMap((word) =>
      word.startsWith("-platform=") ? platforms.map((one) => `-platform=${platformName(one)}`) : [word],
    );
}

describe("from a network mirror", () => {
  const withFiles = async (from: string, name: string): Promise<HttpsServer> => {
    const folder = join(release.scratch, name);
    addToMirror(release.folder, folder);
    if (from !== release.folder) {
      const zip = releaseNames(release.version).zip(own);
      cpSync(join(from, zip), join(folder, providerAddress, zip));
    }
    const type = (path: string): string => (path.endsWith(".json") ? "application/json" : "application/zip");
    return await serve(filesOf(folder, type));
  };

  test("with one lock file for every platform", async () => {
    await using server = await withFiles(release.folder, "mirror");
    const names = { "https://mirror.example.com/": `https://${server.host}/` };
    const workspace = open(fromGuide("network_mirror {", names));
    const environment = environmentIn(workspace);
    await workspace.succeed(lockArguments(fromGuide("-net-mirror=", names, AIR_GAPPED), release.platforms), {
      environment,
    });
    const lock = workspace.read(".terraform.lock.hcl");
    expect(lock.match(/"h1:/g)).toHaveLength(release.platforms.length);
    expect(lock.match(/"zh:/g)).toHaveLength(release.platforms.length);
    await workspace.succeed(["init", "-lockfile=readonly"], { environment });
    await expectInstalled(workspace);
    await expectInstalled(open(fromGuide("network_mirror {", names, AIR_GAPPED)));
  });

  test("not with a zip of other origin", async () => {
    await using server = await withFiles(changed, "mirror-changed");
    const cli = fromGuide("network_mirror {", { "https://mirror.example.com/": `https://${server.host}/` });
    expect(await refusal(open(cli))).toMatch(/checksum|hash/i);
  });

  test("not without trust in its certificate", async () => {
    await using server = await withFiles(release.folder, "mirror-untrusted");
    const workspace = open(
      fromGuide("network_mirror {", { "https://mirror.example.com/": `https://${server.host}/` }),
    );
    workspace.write("ca.pem", "");
    expect(await refusal(workspace)).toContain("certificate");
  });
});

describe("from a provider registry", () => {
  const start = async (
    folder: string,
    key: { readonly publicKey: string; readonly keyId: string },
  ): Promise<HttpsServer> =>
    await serve(providerRegistry({ release: folder, version: release.version, ...key }));

  test("signed, with the sums of every platform in the lock file", async () => {
    await using server = await start(release.folder, release);
    const workspace = open("", `${server.host}/gpuhost/gpuhost`);
    const run = await workspace.init({ environment: environmentIn(workspace) });
    expect(run.output).toContain(`(signed, key ID ${release.keyId})`);
    expect(workspace.read(".terraform.lock.hcl").match(/"zh:/g)?.length).toBeGreaterThanOrEqual(
      release.platforms.length,
    );
    await expectInstalled(workspace);
  });

  test("not with a zip of other origin", async () => {
    await using server = await start(changed, release);
    expect(await refusal(open("", `${server.host}/gpuhost/gpuhost`))).toContain("checksum");
  });

  test("not with sums that nobody signed", async () => {
    const folder = join(release.scratch, "sums-changed");
    cpSync(release.folder, folder, { recursive: true });
    const { sums } = releaseNames(release.version);
    writeFileSync(join(folder, sums), `${runInShell(`cat ${sums}`, folder)}${"0".repeat(64)}  more\n`);
    await using server = await start(folder, release);
    expect(await refusal(open("", `${server.host}/gpuhost/gpuhost`))).toContain(
      "not signed with a valid signing key",
    );
  });

  test("not with another publisher's key", async () => {
    await using server = await start(release.folder, await testKey());
    expect(await refusal(open("", `${server.host}/gpuhost/gpuhost`))).toContain("authentication signature");
  });
});

test("from a container registry, and not with a zip of other origin", { timeout: 600_000 }, async () => {
  const oras = await ensureTool("oras", console.log);
  const port = await freePort();
  const registry = spawn(await ensureTool("registry", console.log), ["--port", String(port)], {
    stdio: "ignore",
  });
  onTestFinished(() => void registry.kill());
  await untilAnswered(`http://127.0.0.1:${port}/v2/`);

  const push = fromGuide("oras push", { "registry.example.com": `localhost:${port}`, "oras ": `'${oras}' ` })
    .replace(/VERSION=\S+/, `VERSION=${release.version}`)
    .replaceAll("--artifact-type", "--plain-http --artifact-type");
  runInShell(push, release.folder, { HOME: release.scratch });
  const configured = (host: string): Workspace =>
    open(fromGuide("oci_mirror", { "registry.example.com": host }));
  {
    await using server = await serve(proxyTo(port));
    await expectInstalled(configured(server.host));
  }
  const change = (body: Buffer): Buffer => {
    if (body.subarray(0, 2).toString() !== "PK") return body;
    const other = Buffer.from(body);
    other.writeUInt8(other.readUInt8(other.length - 1) ^ 1, other.length - 1);
    return other;
  };
  await using server = await serve(proxyTo(port, change));
  expect(await refusal(configured(server.host))).toMatch(/digest|checksum|hash/i);
});

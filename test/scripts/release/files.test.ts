/** The files of a release: their names, zips, sums, signature, and the mirror made of them. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKey } from "openpgp";
import { beforeAll, describe, expect, test } from "vitest";
import { platformOfZip, releaseNames } from "../../../scripts/release/names.ts";
import { addToMirror, missingPlatforms } from "../../../scripts/release/network-mirror.ts";
import { contentHash, zipHash } from "../../../scripts/release/package-hash.ts";
import { detachedSignature, signingKey } from "../../../scripts/release/sign.ts";
import { formatSums, parseSums } from "../../../scripts/release/sums.ts";
import { unzipped, zipOf } from "../../../scripts/release/zip.ts";
import { ensureProgram } from "../../support/cli/programs.ts";
import { temporaryFolder } from "../../support/release/packages.ts";

beforeAll(() => {
  for (const program of ["gpg", "unzip"]) ensureProgram(program);
}, 300_000);

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const TREE = [
  { path: "terraform-provider-gpuhost_v1.2.3", mode: 0o755, content: bytes("program ".repeat(100)) },
  { path: "lib/ld.so", mode: 0o755, content: bytes("loader") },
  { path: "LICENSE", mode: 0o644, content: bytes("licence") },
];

describe("a zip", () => {
  test("has what went in, in the order of the names, with its permissions", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "some.zip"), await zipOf(TREE));
    execFileSync("unzip", ["-q", "some.zip"], { cwd: folder });
    const listing = execFileSync("unzip", ["-Z", "some.zip"], { cwd: folder, encoding: "utf8" });
    expect(
      listing.split("\n").flatMap((line) => /^(\S{10}) .* 80-Jan-01 00:00 (\S+)$/.exec(line)?.slice(1) ?? []),
    ).toEqual([
      "-rw-r--r--",
      "LICENSE",
      "-rwxr-xr-x",
      "lib/ld.so",
      "-rwxr-xr-x",
      "terraform-provider-gpuhost_v1.2.3",
    ]);
    for (const { path, content } of TREE)
      expect(readFileSync(join(folder, path))).toEqual(Buffer.from(content));
    expect([...unzipped(await zipOf(TREE)).keys()]).toEqual([
      "LICENSE",
      "lib/ld.so",
      "terraform-provider-gpuhost_v1.2.3",
    ]);
  });

  test("has the same bytes in every order, time zone and year", async () => {
    const once = await zipOf(TREE);
    expect(await zipOf(TREE.toReversed())).toEqual(once);
    const script = `import { zipOf } from ${JSON.stringify(join(import.meta.dirname, "../../../scripts/release/zip.ts"))};
      const zip = await zipOf([{ path: "a", mode: 0o755, content: new Uint8Array(9) }]);
      process.stdout.write(Buffer.from(zip).toString("hex"));`;
    const inZone = (TZ: string): string =>
      execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
        env: { TZ },
        encoding: "utf8",
      });
    expect(inZone("Pacific/Kiritimati")).toBe(inZone("America/Los_Angeles"));
  });

  test("is known by the hashes that OpenTofu computes", async () => {
    const folder = temporaryFolder();
    const zip = await zipOf([
      { path: "terraform-provider-x_v1", mode: 0o755, content: bytes("#!/bin/sh\n") },
    ]);
    writeFileSync(join(folder, "x.zip"), zip);
    expect(zipHash(zip)).toBe(
      `zh:${execFileSync("sha256sum", ["x.zip"], { cwd: folder, encoding: "utf8" }).slice(0, 64)}`,
    );
    // printf '%s  %s\n' "$(printf '#!/bin/sh\n' | sha256sum | cut -c-64)" terraform-provider-x_v1 | sha256sum | xxd -r -p | base64
    const sum = execFileSync("sha256sum", { input: "#!/bin/sh\n", encoding: "utf8" }).slice(0, 64);
    const list = execFileSync("sha256sum", {
      input: `${sum}  terraform-provider-x_v1\n`,
      encoding: "utf8",
    }).slice(0, 64);
    expect(contentHash(zip)).toBe(`h1:${Buffer.from(list, "hex").toString("base64")}`);
  });
});

test("a zip's name says its platform and version, and nothing else does", () => {
  const { zip, sums } = releaseNames("1.2.3");
  expect(zip({ os: "linux", arch: "arm64" })).toBe("terraform-provider-gpuhost_1.2.3_linux_arm64.zip");
  expect(platformOfZip("terraform-provider-gpuhost_1.2.3_linux_arm64.zip", "1.2.3")).toEqual({
    os: "linux",
    arch: "arm64",
  });
  for (const name of [
    sums,
    "terraform-provider-gpuhost_1.2.4_linux_arm64.zip",
    "other_1.2.3_linux_arm64.zip",
    "x.zip",
  ]) {
    expect(platformOfZip(name, "1.2.3")).toBeUndefined();
  }
});

test("sha256sum checks the sums, and finds what is changed", () => {
  const folder = temporaryFolder();
  const files = new Map([
    ["b.txt", bytes("b")],
    ["a.txt", bytes("a")],
  ]);
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  const text = formatSums(files);
  writeFileSync(join(folder, "SUMS"), text);
  expect(execFileSync("sha256sum", ["--check", "SUMS"], { cwd: folder, encoding: "utf8" })).toBe(
    "a.txt: OK\nb.txt: OK\n",
  );
  expect([...parseSums(text).keys()]).toEqual(["a.txt", "b.txt"]);
  expect(() => parseSums("nonsense\n")).toThrow("not a line of sums: nonsense");
});

describe("the signature", () => {
  const PASSPHRASE = "correct horse";
  let open: { readonly privateKey: string; readonly publicKey: string };
  let locked: typeof open;
  beforeAll(async () => {
    const userIDs = [{ name: "Test", email: "test@example.org" }];
    open = await generateKey({ userIDs, type: "rsa", rsaBits: 2048 });
    locked = await generateKey({ userIDs, type: "rsa", rsaBits: 2048, passphrase: PASSPHRASE });
  }, 120_000);

  const sign = async (environment: NodeJS.ProcessEnv): Promise<Uint8Array> => {
    const key = await signingKey(environment);
    return await detachedSignature(bytes("sums\n"), key ?? expect.unreachable("no key"));
  };

  /** What the real gpg says, with its exit status. */
  function verify(publicKey: string, signature: Uint8Array, signed: string): string {
    const home = temporaryFolder();
    const run = (...args: readonly string[]): string =>
      execFileSync("gpg", ["--homedir", home, "--batch", "--status-fd", "1", ...args], {
        encoding: "utf8",
        stdio: "pipe",
      });
    writeFileSync(join(home, "key.asc"), publicKey);
    writeFileSync(join(home, "sums.sig"), signature);
    writeFileSync(join(home, "sums"), signed);
    run("--import", join(home, "key.asc"));
    return run("--verify", join(home, "sums.sig"), join(home, "sums"));
  }

  test("is one that gpg takes, and not for another text or from another key", async () => {
    const signature = await sign({ GPG_PRIVATE_KEY: open.privateKey });
    expect(verify(open.publicKey, signature, "sums\n")).toContain("[GNUPG:] GOODSIG");
    expect(() => verify(open.publicKey, signature, "other sums\n")).toThrow("BAD signature");
    expect(() => verify(locked.publicKey, signature, "sums\n")).toThrow("No public key");
  });

  test("is made with a protected key out of a file", async () => {
    const file = join(temporaryFolder(), "key.asc");
    writeFileSync(file, locked.privateKey);
    const signature = await sign({ GPG_PRIVATE_KEY_FILE: file, GPG_PASSPHRASE: PASSPHRASE });
    expect(verify(locked.publicKey, signature, "sums\n")).toContain("[GNUPG:] GOODSIG");
  });

  test("needs a key", async () => {
    expect(await signingKey({})).toBeUndefined();
    expect(await signingKey({ GPG_PRIVATE_KEY: "", GPG_PRIVATE_KEY_FILE: "" })).toBeUndefined();
  });

  test.each<[string, () => NodeJS.ProcessEnv, string]>([
    [
      "text",
      () => ({ GPG_PRIVATE_KEY: "secret words" }),
      "GPG_PRIVATE_KEY or GPG_PRIVATE_KEY_FILE holds no armoured private key. gpg --armor --export-secret-keys KEYID writes one.",
    ],
    [
      "a public key",
      () => ({ GPG_PRIVATE_KEY: open.publicKey }),
      "GPG_PRIVATE_KEY or GPG_PRIVATE_KEY_FILE holds no armoured private key. gpg --armor --export-secret-keys KEYID writes one.",
    ],
    [
      "a protected key alone",
      () => ({ GPG_PRIVATE_KEY: locked.privateKey }),
      "The signing key is protected, and GPG_PASSPHRASE is not set.",
    ],
    [
      "another passphrase",
      () => ({ GPG_PRIVATE_KEY: locked.privateKey, GPG_PASSPHRASE: "secret words" }),
      "GPG_PASSPHRASE does not open the signing key.",
    ],
    [
      "two keys",
      () => ({ GPG_PRIVATE_KEY: "a", GPG_PRIVATE_KEY_FILE: "b" }),
      "GPG_PRIVATE_KEY and GPG_PRIVATE_KEY_FILE are both set. Set one of them.",
    ],
    [
      "no such file",
      () => ({ GPG_PRIVATE_KEY_FILE: "/nowhere" }),
      "The file that GPG_PRIVATE_KEY_FILE names cannot be read: ENOENT: no such file or directory, open '/nowhere'",
    ],
  ])("is not made with %s", async (_, environment, message) => {
    await expect(signingKey(environment())).rejects.toThrow(new Error(message));
  });
});

describe("a network mirror", () => {
  const names = releaseNames("1.2.3");
  const ZIP = names.zip({ os: "linux", arch: "arm64" });

  async function release(version = "1.2.3"): Promise<string> {
    const folder = temporaryFolder();
    const { zip, sums } = releaseNames(version);
    const files = new Map([[zip({ os: "linux", arch: "arm64" }), await zipOf(TREE)]]);
    for (const [name, content] of files) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, sums), formatSums(files));
    return folder;
  }

  test("has index, versions and zips, and takes further versions", async () => {
    const mirror = join(temporaryFolder(), "new", "mirror");
    expect(addToMirror(await release("1.2.2"), mirror).versions).toEqual(["1.2.2"]);
    expect(addToMirror(await release(), mirror)).toEqual({
      version: "1.2.3",
      platforms: ["linux_arm64"],
      versions: ["1.2.2", "1.2.3"],
    });
    const folder = join(mirror, "registry.opentofu.org/gpuhost/gpuhost");
    const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
    expect(read("index.json")).toEqual({ versions: { "1.2.2": {}, "1.2.3": {} } });
    const zip = await zipOf(TREE);
    expect(read("1.2.3.json")).toEqual({
      archives: { linux_arm64: { url: ZIP, hashes: [contentHash(zip), zipHash(zip)] } },
    });
    expect(readdirSync(folder)).toEqual([
      "1.2.2.json",
      "1.2.3.json",
      "index.json",
      releaseNames("1.2.2").zip({ os: "linux", arch: "arm64" }),
      ZIP,
    ]);
    expect(
      missingPlatforms(["linux_arm64", "linux_amd64", "darwin_arm64", "darwin_amd64", "windows_amd64"]),
    ).toEqual(["windows_arm64"]);
  });

  test.each<[string, (folder: string) => void, RegExp]>([
    [
      "sums of nothing",
      (folder) => {
        rmSync(join(folder, ZIP));
        writeFileSync(join(folder, names.sums), "");
      },
      /SHA256SUMS names no zip\.$/,
    ],
    [
      "a changed zip",
      (folder) => writeFileSync(join(folder, ZIP), "changed"),
      /linux_arm64\.zip is not what .*SHA256SUMS says: it is damaged, or somebody changed it\. Get it anew\.$/,
    ],
    [
      "a zip of other origin",
      (folder) => writeFileSync(join(folder, names.zip({ os: "linux", arch: "amd64" })), ""),
      /linux_amd64\.zip is not in .*SHA256SUMS\. It was not made with the others\.$/,
    ],
    [
      "two releases",
      (folder) => writeFileSync(join(folder, releaseNames("1.2.4").sums), ""),
      /has several releases \(1\.2\.3, 1\.2\.4\)\. Give each a folder of its own\.$/,
    ],
    [
      "damaged sums",
      (folder) => writeFileSync(join(folder, names.sums), "x\n"),
      /SHA256SUMS cannot be read: not a line of sums: x$/,
    ],
  ])("is not made of %s", async (_, damage, message) => {
    const folder = await release();
    damage(folder);
    const mirror = join(temporaryFolder(), "mirror");
    expect(() => addToMirror(folder, mirror)).toThrow(message);
    expect(() => readdirSync(mirror)).toThrow("ENOENT");
  });

  test("is not made of nothing, of a part, or over something else", async () => {
    const mirror = temporaryFolder();
    expect(() => addToMirror("/nowhere", mirror)).toThrow(
      "/nowhere has no release in it. npm run release makes one in dist/release.",
    );
    const part = temporaryFolder();
    writeFileSync(join(part, names.sums), `${"0".repeat(64)}  ${ZIP}\n`);
    expect(() => addToMirror(part, mirror)).toThrow(
      `${ZIP} is in ${names.sums} and not in ${part}. Copy the whole release.`,
    );
    mkdirSync(join(mirror, "registry.opentofu.org/gpuhost/gpuhost"), { recursive: true });
    writeFileSync(join(mirror, "registry.opentofu.org/gpuhost/gpuhost/index.json"), "[]");
    const complete = await release();
    expect(() => addToMirror(complete, mirror)).toThrow(
      "index.json is no index of a network mirror. Name another folder, or remove it.",
    );
  });
});

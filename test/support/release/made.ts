/** A release as tests take it: signed with a key that is thrown away. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKey, readKey } from "openpgp";
import {
  hostPlatform,
  type Platform,
  projectRoot,
  projectVersion,
  providerName,
} from "../../../scripts/project.ts";
import { releaseNames } from "../../../scripts/release/names.ts";
import { releasePlatforms } from "../../../scripts/release/platforms.ts";
import { makeRelease } from "../../../scripts/release/release.ts";
import { readSource } from "../../../scripts/release/source.ts";
import { unzipped, zipOf } from "../../../scripts/release/zip.ts";

export interface MadeRelease {
  readonly folder: string;
  readonly version: string;
  readonly platforms: readonly Platform[];
  readonly publicKey: string;
  readonly keyId: string;
  /** A folder for what tests make besides; removed with all. */
  readonly scratch: string;
  remove(): void;
}

/** Whether a release of all platforms is tried, or one of this machine's alone, which takes a quarter of the time. */
export const ALL_PLATFORMS = process.env["GPUHOST_TEST_PLATFORMS"] === "all";

export async function releaseForTests(): Promise<MadeRelease> {
  const scratch = mkdtempSync(join(tmpdir(), "gpuhost-release-"));
  const version = projectVersion();
  const platforms = ALL_PLATFORMS ? releasePlatforms : [hostPlatform()];
  const key = await testKey();
  const folder = join(scratch, "release");
  await makeRelease({
    version,
    source: readSource(projectRoot),
    platforms,
    folder,
    environment: { GPG_PRIVATE_KEY: key.privateKey },
    say: (line) => console.log(line),
  });
  const remove = (): void => rmSync(scratch, { recursive: true, force: true });
  return { folder, version, platforms, scratch, remove, ...key };
}

/** A fresh key with its id, as a publisher has one. */
export async function testKey(): Promise<{ privateKey: string; publicKey: string; keyId: string }> {
  const userIDs = [{ name: "Test", email: "test@example.org" }];
  const { privateKey, publicKey } = await generateKey({ userIDs, type: "rsa", rsaBits: 2048 });
  const keyId = (await readKey({ armoredKey: publicKey })).getKeyID().toHex().toUpperCase();
  return { privateKey, publicKey, keyId };
}

/** A copy of the release in which the own platform's zip has a program that does more than it should. */
export async function tampered(release: MadeRelease, name: string): Promise<string> {
  const folder = join(release.scratch, name);
  cpSync(release.folder, folder, { recursive: true });
  const zip = join(folder, releaseNames(release.version).zip(hostPlatform()));
  const entries = [...unzipped(readFileSync(zip))].map(([path, content]) => ({
    path,
    mode: 0o755,
    content: path.startsWith(providerName) ? Buffer.concat([content, Buffer.from("more")]) : content,
  }));
  writeFileSync(zip, await zipOf(entries));
  return folder;
}

/**
 * `npm run release`: makes everything of a published version, in dist/release. `--trial` also accepts sources that are not
 * ready for it; `--platform` makes only some platforms.
 */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { messageOf } from "../src/message-of.ts";
import { readArguments, refuse } from "./arguments.ts";
import { withLock } from "./lock.mjs";
import { type Platform, platformName, projectRoot, projectVersion } from "./project.ts";
import { releasePlatforms } from "./release/platforms.ts";
import { refusedAsStale, refusedSource } from "./release/refusals.ts";
import { makeRelease, type Release, releaseFolder } from "./release/release.ts";
import { readSource } from "./release/source.ts";

const usage = {
  command: "npm run release",
  summary: "Makes everything that a published version consists of, in dist/release",
  options: {
    trial: {
      type: "boolean",
      description: "Makes it also of sources that no release may be made of, to try it out",
    },
    platform: {
      type: "string",
      value: "OS_ARCH",
      multiple: true,
      description: "Makes this platform alone, such as linux_amd64, and those that further ones name",
    },
  },
} as const;

async function release(): Promise<Release> {
  const version = projectVersion();
  const source = readSource(projectRoot);
  const changelog = readFileSync(join(projectRoot, "CHANGELOG.md"), "utf8");
  const refused = [
    ...refusedSource(source, version, changelog),
    ...(await refusedAsStale(projectRoot, console.error)),
  ];
  if (refused.length > 0) {
    for (const reason of refused) console.error(`${trial ? "Warning" : "Error"}: ${reason}`);
    if (!trial)
      throw new Error("Nothing was made. To try a release out all the same: npm run release -- --trial");
    console.error("Warning: This is a trial. Do not publish it.");
  }
  const environment = process.env;
  return await makeRelease({
    version,
    source,
    platforms,
    folder: releaseFolder,
    environment,
    say: console.error,
  });
}

function chosenPlatforms(names: readonly string[]): readonly Platform[] {
  const known = new Map(releasePlatforms.map((one) => [platformName(one), one]));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) {
    refuse(
      usage,
      `There is no platform ${JSON.stringify(unknown)}. There are ${[...known.keys()].join(", ")}.`,
    );
  }
  return releasePlatforms.filter((one) => names.length === 0 || names.includes(platformName(one)));
}

const { values } = readArguments(usage);
const platforms = chosenPlatforms(values.platform ?? []);
const trial = values.trial === true;
try {
  const onWait = (owner: string): void => console.error(`Waiting for ${owner}, which is making a release`);
  const { files, signed } = await withLock(releaseFolder, { onWait }, release);
  for (const [name, size] of files)
    console.log(`${sizeText(size)}  ${relative(process.cwd(), join(releaseFolder, name))}`);
  if (!signed) {
    console.error(
      "Warning: The sums are not signed, so that no registry takes them. Set GPG_PRIVATE_KEY and GPG_PASSPHRASE.",
    );
  }
  if (platforms.length < releasePlatforms.length) {
    console.error(`Warning: Only ${platforms.length} of ${releasePlatforms.length} platforms are there.`);
  }
} catch (error) {
  console.error(`Error: ${messageOf(error)}`);
  process.exitCode = 1;
}

function sizeText(bytes: number): string {
  const text = bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  return text.padStart(9);
}

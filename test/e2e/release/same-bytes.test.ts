/**
 * The same commit gives the same release: once here, and once in another folder, an hour later, with another umask, locale and time
 * zone, on a machine that is busy with something else.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hostPlatform, projectRoot, projectVersion } from "../../../scripts/project.ts";
import { releasePlatforms } from "../../../scripts/release/platforms.ts";
import { makeRelease, type ReleaseOptions } from "../../../scripts/release/release.ts";
import { readSource } from "../../../scripts/release/source.ts";
import { sha256 } from "../../../scripts/release/sums.ts";
import { ALL_PLATFORMS } from "../../support/release/made.ts";

const AN_HOUR_LATER = `const Earlier = Date;
globalThis.Date = class extends Earlier {
  constructor(...given) {
    if (given.length === 0) super(Earlier.now() + 3_600_000);
    else super(...given);
  }
  static now() { return Earlier.now() + 3_600_000; }
};
`;

/** What the one process makes, and the other, in a checkout of its own. */
const MAKE = `const { makeRelease } = await import(process.argv[2]);
process.umask(0o077);
const options = JSON.parse(process.argv[3]);
await makeRelease({ ...options, environment: {}, say: (line) => console.log(line) });
`;

function copyOfCheckout(folder: string): string {
  const copy = join(folder, "another place", "checkout");
  const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  for (const file of files.split("\0").filter((name) => name !== "")) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(projectRoot, file), join(copy, file));
  }
  symlinkSync(join(projectRoot, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Keeps every processor busy twice over until the test has finished. */
function keepBusy(): void {
  const busy = Array.from({ length: 2 * availableParallelism() }, () =>
    spawn(process.execPath, ["--eval", "for (;;);"], { stdio: "ignore" }),
  );
  onTestFinished(() => {
    for (const child of busy) child.kill("SIGKILL");
  });
}

const sumsOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .toSorted()
      .map((name) => [name, sha256(readFileSync(join(folder, name)))]),
  );

test("two builds in two places have the same bytes", { timeout: 1_200_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-twice-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const options: Omit<ReleaseOptions, "environment" | "say" | "folder"> = {
    version: projectVersion(),
    source: { ...readSource(projectRoot), allTags: new Map() },
    platforms: ALL_PLATFORMS ? releasePlatforms : [hostPlatform()],
  };
  const here = join(folder, "here");
  await makeRelease({ ...options, folder: here, environment: {}, say: console.log });

  const copy = copyOfCheckout(folder);
  const there = join(folder, "there");
  writeFileSync(join(folder, "later.cjs"), AN_HOUR_LATER);
  writeFileSync(join(folder, "make.mjs"), MAKE);
  keepBusy();
  execFileSync(
    process.execPath,
    [
      join(folder, "make.mjs"),
      join(copy, "scripts/release/release.ts"),
      JSON.stringify({ ...options, folder: there }),
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        NODE_OPTIONS: `--require=${join(folder, "later.cjs")}`,
        LC_ALL: "tr_TR.UTF-8",
        LANG: "tr_TR.UTF-8",
        TZ: "Pacific/Kiritimati",
      },
      stdio: "inherit",
    },
  );
  expect(sumsOf(there)).toEqual(sumsOf(here));
});

/** What the package of each platform takes: space, and time to start where it can be run. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ensureEmulator, registerEmulator } from "../../test/platforms/support/binfmt.ts";
import { ensureWineRoot, Wine } from "../../test/platforms/support/wine.ts";
import type { HostReport } from "../../test/plugin/hosts/host.ts";
import { launchForSchema } from "../bench/launch.ts";
import { median } from "../bench/statistics.ts";
import { ensureProgram } from "../build/foreign.ts";
import { packageSize } from "../build/package.ts";
import { isHostPlatform, platformName, projectRoot, projectVersion } from "../project.ts";
import { releaseNames } from "../release/names.ts";
import { releasePlatforms } from "../release/platforms.ts";
import { makeRelease } from "../release/release.ts";
import { readSource } from "../release/source.ts";

/** Milliseconds from the start of the program. */
export interface Start {
  readonly handshake: number;
  /** When the schema was there, over mutual TLS. */
  readonly schema: number;
}

export interface PlatformFigures {
  /** Such as `linux_amd64`. */
  readonly platform: string;
  /** MiB. */
  readonly size: number;
  readonly zip: number;
  readonly hasCodeCache: boolean;
  /** Medians; null where it is never run. */
  readonly start: Start | null;
}

/** How often each is started, after one start that warms the file cache. */
const STARTS = 9;

export async function measurePlatforms(say: (line: string) => void): Promise<readonly PlatformFigures[]> {
  const version = projectVersion();
  const programs = new Map<string, string>();
  for (const platform of releasePlatforms) {
    programs.set(platformName(platform), await ensureProgram(platform, say));
  }
  const zips = await zipSizes(version, say);
  const starts = new Map<string, Start>([
    ["linux_amd64", await startsHere(programs.get("linux_amd64") ?? "")],
    ["linux_arm64", await startsByQemu(programs.get("linux_arm64") ?? "", say)],
    ["windows_amd64", await startsByWine(programs.get("windows_amd64") ?? "", say)],
  ]);
  return releasePlatforms.map((platform) => {
    const name = platformName(platform);
    return {
      platform: name,
      size: packageSize(dirname(programs.get(name) ?? "")),
      zip: (zips.get(releaseNames(version).zip(platform)) ?? Number.NaN) / 2 ** 20,
      hasCodeCache: isHostPlatform(platform),
      start: starts.get(name) ?? null,
    };
  });
}

/** Size in bytes by name. */
async function zipSizes(version: string, say: (line: string) => void): Promise<ReadonlyMap<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-zips-"));
  try {
    const source = readSource(projectRoot);
    const platforms = releasePlatforms;
    const { files } = await makeRelease({ version, source, platforms, folder, environment: {}, say });
    return files;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startsHere(program: string): Promise<Start> {
  return await medianOf(async () => await launchForSchema(program));
}

async function startsByQemu(program: string, say: (line: string) => void): Promise<Start> {
  await using _ = await registerEmulator(ensureEmulator(say));
  return await startsHere(program);
}

async function startsByWine(program: string, say: (line: string) => void): Promise<Start> {
  using wine = await Wine.start(await ensureWineRoot(say), program);
  return await medianOf(async () => startOf((await wine.host()).report));
}

/** What a host in Go has seen of a start. @throws {Error} When it has seen none. */
export function startOf({ Log, HandshakeAt, SchemaAt, Error: failure }: HostReport): Start {
  const began = (Log ?? []).find((line) => line["@message"] === "starting plugin")?.["@timestamp"];
  if (failure !== undefined || began === undefined)
    throw new Error(`The host has started nothing: ${failure}`);
  const since = (time: string): number => Date.parse(time) - Date.parse(String(began));
  return { handshake: since(HandshakeAt), schema: since(SchemaAt) };
}

async function medianOf(launch: () => Promise<Start>): Promise<Start> {
  await launch();
  const launches: Start[] = [];
  for (let count = 0; count < STARTS; count += 1) launches.push(await launch());
  return {
    handshake: median(launches.map(({ handshake }) => handshake)),
    schema: median(launches.map(({ schema }) => schema)),
  };
}

/** The names of a release's files; registries find them by these names. */
import { type Platform, platformName, providerName } from "../project.ts";

export interface ReleaseNames {
  readonly zip: (platform: Platform) => string;
  readonly sums: string;
  readonly signature: string;
  /** Says which protocol the provider speaks. */
  readonly manifest: string;
  readonly sbom: string;
  readonly provenance: string;
  readonly licences: string;
}

/** @param version Without a `v` before it. */
export function releaseNames(version: string): ReleaseNames {
  const stem = `${providerName}_${version}`;
  return {
    zip: (platform) => `${stem}_${platformName(platform)}.zip`,
    sums: `${stem}_SHA256SUMS`,
    signature: `${stem}_SHA256SUMS.sig`,
    manifest: `${stem}_manifest.json`,
    sbom: `${stem}_sbom.cdx.json`,
    provenance: `${stem}_provenance.intoto.json`,
    licences: `${stem}_third-party-licences.txt`,
  };
}

/** The platform of a zip with this name; undefined when it is no zip of this version. */
export function platformOfZip(name: string, version: string): Platform | undefined {
  const match = /^_([a-z0-9]+)_([a-z0-9]+)\.zip$/.exec(name.slice(`${providerName}_${version}`.length));
  const [, os, arch] = match ?? [];
  if (os === undefined || arch === undefined) return undefined;
  const platform = { os, arch };
  return releaseNames(version).zip(platform) === name ? platform : undefined;
}

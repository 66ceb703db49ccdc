import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hostPlatform, platformName } from "../../../scripts/project.ts";
import { executableFile } from "../../../scripts/system.mjs";

/** A provider that is to be found beside the one under test. */
export interface FurtherProvider {
  /** For example `registry.opentofu.org/bpg/proxmox`. */
  readonly address: string;
  /** Without a leading v. */
  readonly version: string;
  /** Path of its program. */
  readonly executable: string;
}

/**
 * Writes a CLI configuration by which providers come from the given mirror and from further programs, and from
 * nowhere else: what is not there cannot be installed, so that no test ever reaches for a registry.
 *
 * @returns The configuration's path, for TF_CLI_CONFIG_FILE.
 */
export function writeCliConfig(
  directory: string,
  mirror: string,
  further: readonly FurtherProvider[] = [],
): string {
  const blocks = [mirrorBlock(mirror)];
  if (further.length > 0) {
    const own = join(directory, "further-providers");
    for (const provider of further) placeProvider(own, provider);
    blocks.push(mirrorBlock(own));
  }
  const path = join(directory, "cli.tfrc");
  writeFileSync(path, `provider_installation {\n${blocks.join("")}}\n`);
  return path;
}

const mirrorBlock = (path: string): string =>
  `  filesystem_mirror {\n    path = ${JSON.stringify(path)}\n  }\n`;

/** Puts a program where an unpacked filesystem mirror has it. */
export function placeProvider(mirror: string, provider: FurtherProvider): void {
  const folder = join(mirror, provider.address, provider.version, platformName(hostPlatform()));
  const type = provider.address.split("/").at(-1) ?? "";
  mkdirSync(folder, { recursive: true });
  const file = join(folder, executableFile(`terraform-provider-${type}_v${provider.version}`));
  // On Windows only administrators may make links.
  if (process.platform === "win32") copyFileSync(provider.executable, file);
  else symlinkSync(provider.executable, file);
}

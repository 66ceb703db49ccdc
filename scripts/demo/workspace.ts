/** A folder for OpenTofu to work in, so that nothing is left in the checkout. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { providerAddress } from "../../src/provider-address.ts";
import { projectRoot } from "../project.ts";

export interface Workspace {
  /** The examples, as they are in the checkout. */
  readonly examples: string;
  /** What OpenTofu needs to know of the workspace. */
  readonly environment: NodeJS.ProcessEnv;
  /** Removes the workspace with everything in it. */
  remove(): void;
}

/**
 * Makes a workspace in the folder for temporary files.
 *
 * @param mirror The filesystem mirror in which OpenTofu finds the provider, and nothing else.
 */
export function makeWorkspace(mirror: string): Workspace {
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-demo-"));
  const examples = join(folder, "examples");
  cpSync(join(projectRoot, "examples"), examples, { recursive: true });
  const [home, temporary] = [join(folder, "home"), join(folder, "tmp")];
  mkdirSync(home);
  mkdirSync(temporary);
  const configuration = join(folder, "tofurc");
  writeFileSync(configuration, cliConfiguration(mirror));
  return {
    examples,
    // OpenTofu makes a folder in the home of whoever runs it.
    environment: { TF_CLI_CONFIG_FILE: configuration, HOME: home, TMPDIR: temporary, TF_INPUT: "0" },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The CLI configuration with which OpenTofu takes this provider from the mirror. */
function cliConfiguration(mirror: string): string {
  return `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ["${providerAddress}"]
  }
}
`;
}

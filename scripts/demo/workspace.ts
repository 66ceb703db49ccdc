/** A folder where OpenTofu works, so that nothing stays in the checkout. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { providerAddress } from "../../src/provider-address.ts";
import { placeProvider } from "../../test/support/tofu/cli-config.ts";
import { projectRoot } from "../project.ts";
import { homeVariables, temporaryVariables } from "../system.mjs";
import { bpgAddress, tools } from "../tools/tool.ts";

export interface Workspace {
  /** The folder with a copy of the demo's configuration. */
  readonly folder: string;
  /** The variables that programs need for the workspace. */
  readonly environment: NodeJS.ProcessEnv;
  /** Makes OpenTofu find bpg/proxmox. @param executable Its program. */
  addBpg(executable: string): void;
  /** Removes the workspace with everything in it. */
  remove(): void;
}

/**
 * Makes a workspace in the folder for temporary files.
 *
 * @param mirror The filesystem mirror in which OpenTofu finds this provider.
 */
export function makeWorkspace(mirror: string, platform: NodeJS.Platform): Workspace {
  const root = mkdtempSync(join(tmpdir(), "gpuhost-demo-"));
  const folder = join(root, "demo");
  cpSync(join(projectRoot, "examples", "demo"), folder, { recursive: true });
  const [home, temporary, further] = [join(root, "home"), join(root, "tmp"), join(root, "further")];
  for (const made of [home, temporary, further]) mkdirSync(made);
  const configuration = join(root, "tofurc");
  writeFileSync(
    configuration,
    `provider_installation {\n${mirrorBlock(mirror, providerAddress)}${mirrorBlock(further, bpgAddress)}}\n`,
  );
  return {
    folder,
    environment: {
      TF_CLI_CONFIG_FILE: configuration,
      // OpenTofu makes a folder in the home of its user.
      ...homeVariables(home, platform),
      ...temporaryVariables(temporary, platform),
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
    },
    addBpg: (executable) =>
      placeProvider(further, { address: bpgAddress, version: tools.bpg.version, executable }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** No registry is ever asked: what is not in a mirror cannot be installed. */
function mirrorBlock(path: string, address: string): string {
  return `  filesystem_mirror {\n    path    = ${JSON.stringify(path)}\n    include = ["${address}"]\n  }\n`;
}

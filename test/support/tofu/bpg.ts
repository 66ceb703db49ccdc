/** Configurations that use this provider and the real bpg/proxmox side by side, against one stand-in. */

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import type { Host } from "../../../scripts/hosts/host.ts";
import { projectRoot } from "../../../scripts/project.ts";
import { bpgAddress, tools } from "../../../scripts/tools/tool.ts";
import { providerAddress } from "../../../src/provider-address.ts";
import type { Json } from "../pve/json.ts";
import type { PveStandIn } from "../pve/stand-in.ts";
import type { FurtherProvider } from "./cli-config.ts";
import { environmentOf, Workspace } from "./workspace.ts";

/** The providers that such a configuration begins with, both taking everything from the environment. */
export const BOTH_PROVIDERS = `terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = { source = "${providerAddress}" }
    proxmox = { source = "bpg/proxmox" }
  }
}
`;

/** Where the host finds bpg/proxmox: a source without a host is of the host's own registry. */
export function bpg(product: Host["product"] = inject("host").product): FurtherProvider {
  return {
    address: product === "terraform" ? bpgAddress.replace("opentofu.org", "terraform.io") : bpgAddress,
    version: tools.bpg.version,
    executable: inject("bpg"),
  };
}

/** The files of a complete example by name. */
export function exampleFiles(name: string): Record<string, string> {
  const folder = join(projectRoot, "examples/complete", name);
  const names = globSync("*.{tf,yaml}", { cwd: folder }).toSorted();
  return Object.fromEntries(names.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

/**
 * An initialised configuration, removed when the test has finished.
 *
 * @param variables Values of the configuration's variables.
 * @param token Default: the one that may map devices and make machines.
 */
export async function openConfiguration(
  pve: PveStandIn,
  files: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, Json>> = {},
  token: string = pve.tokens.mapper,
): Promise<Workspace> {
  const workspace = new Workspace({
    executable: inject("tofu"),
    mirror: inject("mirror"),
    further: [bpg()],
    environment: environmentOf(pve, token),
    files,
  });
  onTestFinished(() => workspace.remove());
  setVariables(workspace, variables);
  await workspace.init();
  return workspace;
}

/** Gives the configuration's variables other values than those they had. */
export function setVariables(workspace: Workspace, variables: Readonly<Record<string, Json>>): void {
  workspace.write("test.auto.tfvars.json", JSON.stringify(variables));
}

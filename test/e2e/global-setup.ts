/** Before the end-to-end tests: the packaged provider, the real OpenTofu and the real bpg/proxmox. Tests take them by `inject`. */
import type { TestProject } from "vitest/node";
import { ensureBuilt } from "../../scripts/build/build.ts";
import { ensureHost, HOST_VARIABLE, type Host } from "../../scripts/hosts/host.ts";
import { ensureTool } from "../../scripts/tools/ensure-tool.ts";

declare module "vitest" {
  // The interface is vitest's; this adds to it.
  export interface ProvidedContext {
    /** The path of the packaged provider. */
    readonly binary: string;
    /** The folder for `filesystem_mirror { path = … }`. */
    readonly mirror: string;
    /** The path of the host: the pinned OpenTofu, or the one that `npm run test:hosts` is about. */
    readonly tofu: string;
    /** Which one that is. */
    readonly host: Pick<Host, "product" | "version">;
    /** The path of the pinned bpg/proxmox. */
    readonly bpg: string;
  }
}

export async function setup(project: TestProject): Promise<void> {
  const say = (line: string): void => console.log(line);
  const { binary, mirror } = await ensureBuilt(say);
  project.provide("binary", binary);
  project.provide("mirror", mirror);
  const { executable, product, version } = await ensureHost(process.env[HOST_VARIABLE], say);
  project.provide("tofu", executable);
  project.provide("host", { product, version });
  project.provide("bpg", await ensureTool("bpg", say));
}

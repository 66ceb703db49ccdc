/** Before the tests of platforms: the packaged provider, the real OpenTofu, and of Debian what other systems are made of. */
import type { TestProject } from "vitest/node";
import { ensureBuilt } from "../../scripts/build/build.ts";
import { hostPlatform } from "../../scripts/project.ts";
import { ensureTool } from "../../scripts/tools/ensure-tool.ts";
import { debianFiles } from "./support/debian.ts";

declare module "vitest" {
  // The interface is vitest's; this adds to it.
  export interface ProvidedContext {
    /** Folders with what Debian's packages of musl and of a static busybox hold. */
    readonly musl: string;
    readonly busybox: string;
  }
}

export async function setup(project: TestProject): Promise<void> {
  const say = (line: string): void => console.log(line);
  if (process.getuid?.() !== 0) throw new Error("These tests make root file systems: run them as root.");
  const { binary, mirror } = await ensureBuilt(say);
  project.provide("binary", binary);
  project.provide("mirror", mirror);
  project.provide("tofu", await ensureTool("tofu", say));
  project.provide("musl", debianFiles("musl", hostPlatform().arch, say));
  project.provide("busybox", debianFiles("busybox-static", hostPlatform().arch, say));
}

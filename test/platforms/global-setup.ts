/** Before the tests of platforms: the packaged provider, the real OpenTofu, and of Debian what other systems are made of. */
import type { TestProject } from "vitest/node";
import { ensureBuilt } from "../../scripts/build/build.ts";
import { ensureProgram } from "../../scripts/build/foreign.ts";
import { hostPlatform } from "../../scripts/project.ts";
import { ensureTool } from "../../scripts/tools/ensure-tool.ts";
import { ensureEmulator } from "./support/binfmt.ts";
import { debianFiles } from "./support/debian.ts";
import { ensureWineRoot } from "./support/wine.ts";

declare module "vitest" {
  // The interface is vitest's; this adds to it.
  export interface ProvidedContext {
    /** Folders with what Debian's packages of musl and of a static busybox hold. */
    readonly musl: string;
    readonly busybox: string;
    /** The programs of the packages that an emulator runs. */
    readonly linuxArm64: string;
    readonly windowsAmd64: string;
    /** QEMU for programs of arm64, static. */
    readonly emulator: string;
    /** A root with Wine. */
    readonly wine: string;
  }
}

export async function setup(project: TestProject): Promise<void> {
  const say = (line: string): void => console.log(line);
  const { binary, mirror } = await ensureBuilt(say);
  project.provide("binary", binary);
  project.provide("mirror", mirror);
  project.provide("tofu", await ensureTool("tofu", say));
  project.provide("musl", debianFiles("musl", hostPlatform().arch, say));
  project.provide("busybox", debianFiles("busybox-static", hostPlatform().arch, say));
  project.provide("linuxArm64", await ensureProgram({ os: "linux", arch: "arm64" }, say));
  project.provide("windowsAmd64", await ensureProgram({ os: "windows", arch: "amd64" }, say));
  project.provide("emulator", ensureEmulator(say));
  project.provide("wine", await ensureWineRoot(say));
}

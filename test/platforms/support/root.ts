/** A root file system of its own, made of nothing: what a container or another distribution has, for `chroot`. As root only. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { train } from "../../../scripts/build/training.ts";
import { startPve } from "../../support/pve/stand-in.ts";

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const CONFIGURATION = `
terraform {
  required_providers {
    gpuhost = { source = "registry.opentofu.org/gpuhost/gpuhost" }
  }
}
provider "gpuhost" {}
data "gpuhost_pci_devices" "gpus" {
  classes           = ["gpu"]
  unreachable_nodes = "warn"
}
output "names" {
  value = keys(data.gpuhost_pci_devices.gpus.mappings)
}
`;

export class Root {
  readonly path: string;
  readonly #mounts: string[] = [];
  readonly #link: string;
  /** The program inside. */
  readonly program: string;

  /** Makes a root with the package in /pkg and an empty /tmp, and nothing else. */
  constructor(binary: string) {
    this.path = mkdtempSync(join(tmpdir(), "gpuhost-root-"));
    chmodSync(this.path, 0o755);
    this.program = `/pkg/${basename(binary)}`;
    cpSync(dirname(binary), join(this.path, "pkg"), { recursive: true });
    mkdirSync(join(this.path, "tmp"));
    // A socket in the root has the same path outside by a link: the host of these tests runs there.
    this.#link = `${this.path}-tmp`;
    mkdirSync(join(this.path, this.#link), { recursive: true });
    symlinkSync(join(this.path, this.#link), this.#link);
  }

  /** Copies a file, with what a link leads to, and its mode. */
  copy(source: string, target: string = source): void {
    const path = this.at(target);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(realpathSync(source), path);
  }

  write(target: string, content: string | Buffer, mode = 0o644): void {
    const path = this.at(target);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    chmodSync(path, mode);
  }

  /** Where something inside lies outside. */
  at(target: string): string {
    return join(this.path, target);
  }

  remove(target: string): void {
    rmSync(this.at(target), { recursive: true });
  }

  /** Runs a program inside. */
  run(program: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}): Answer {
    const env = { PATH: process.env["PATH"], ...variables };
    return spawnSync("chroot", [this.path, program, ...args], { encoding: "utf8", env });
  }

  /**
   * Launches the provider inside as a host does, and lets it answer a plan: handshake, schema, a read of the stand-in.
   *
   * @param before A program inside that starts it, with arguments.
   * @returns What it has read, as MessagePack.
   */
  async readStandIn(
    variables: Readonly<Record<string, string>> = {},
    before: readonly string[] = [],
  ): Promise<Buffer> {
    const args = [this.path, ...before, this.program];
    return (await train("chroot", args, { TMPDIR: this.#link, ...variables })).state;
  }

  /** Puts the real tofu, which has to be static, and a mirror with the provider inside. */
  addTofu(tofu: string, mirror: string): void {
    this.copy(tofu, "/bin/tofu");
    cpSync(mirror, this.at("/plugins"), { recursive: true });
    const block = 'filesystem_mirror {\n    path = "/plugins"\n  }';
    this.write("/etc/cli.tfrc", `provider_installation {\n  ${block}\n}\n`);
  }

  /** Runs init, plan and apply of tofu inside, in `folder`. Returns what apply said. */
  async apply(folder = "/work"): Promise<string> {
    this.write(`${folder}/main.tf`, CONFIGURATION);
    const pve = await startPve();
    try {
      const env = {
        PATH: process.env["PATH"],
        HOME: "/tmp",
        TMPDIR: "/tmp",
        TF_CLI_CONFIG_FILE: "/etc/cli.tfrc",
        CHECKPOINT_DISABLE: "1",
        TF_INPUT: "0",
        PROXMOX_VE_ENDPOINT: pve.endpoint,
        PROXMOX_VE_API_TOKEN: pve.tokens.discovery,
        GPUHOST_CA_PEM: pve.caPem,
      };
      await this.#runTofu(folder, env, ["init", "-no-color"]);
      await this.#runTofu(folder, env, ["plan", "-no-color"]);
      return await this.#runTofu(folder, env, ["apply", "-no-color", "-auto-approve"]);
    } finally {
      await pve.close();
    }
  }

  async #runTofu(folder: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<string> {
    const command = [this.path, "/bin/tofu", `-chdir=${folder}`, ...args];
    const child = spawn("chroot", command, { env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const keep = (chunk: Buffer): void => {
      said += chunk.toString("utf8");
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    if (code !== 0) throw new Error(`tofu ${args.join(" ")} ended with ${code}:\n${said}`);
    return said;
  }

  /** Mounts something inside; taken away with the root. */
  mount(target: string, ...args: readonly string[]): void {
    const path = this.at(target);
    mkdirSync(path, { recursive: true });
    execFileSync("mount", [...args, path]);
    this.#mounts.unshift(path);
  }

  /** Makes all of it read-only but what is mounted on top. */
  makeReadOnly(): void {
    execFileSync("mount", ["--bind", this.path, this.path]);
    this.#mounts.push(this.path);
    execFileSync("mount", ["-o", "remount,bind,ro", this.path]);
  }

  [Symbol.dispose](): void {
    for (const mount of this.#mounts) spawnSync("umount", ["--lazy", mount]);
    rmSync(this.#link, { force: true });
    rmSync(this.path, { recursive: true, force: true });
  }
}

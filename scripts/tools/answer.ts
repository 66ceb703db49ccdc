/** Asks executables for their identity, because a file name proves nothing. */

import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { MAGIC_COOKIE } from "../../src/plugin/handshake.ts";
import { homeVariables, temporaryVariables } from "../system.mjs";

/** How long an executable may take to answer, in milliseconds. */
const PATIENCE = 20_000;

/**
 * Asks `tofu version -json`.
 *
 * @returns The version, such as `1.12.6`; undefined when `path` does not answer like OpenTofu.
 */
export async function askOpenTofu(path: string): Promise<string | undefined> {
  // OpenTofu makes a folder in the user's home whenever it runs, and reads the user's configuration there.
  const home = await mkdtemp(join(tmpdir(), "gpuhost-home-"));
  try {
    // A configuration file that the environment names must not have an effect either.
    const { TF_CLI_CONFIG_FILE: _, ...environment } = process.env;
    const options = {
      timeout: PATIENCE,
      env: { ...environment, ...homeVariables(home), CHECKPOINT_DISABLE: "1" },
    };
    const { stdout } = await promisify(execFile)(path, ["version", "-json"], options);
    const answer: unknown = JSON.parse(stdout);
    if (typeof answer !== "object" || answer === null || !("terraform_version" in answer)) return undefined;
    return typeof answer.terraform_version === "string" ? answer.terraform_version : undefined;
  } catch {
    return undefined;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/**
 * Asks `tfplugindocs --version`, which answers on standard error.
 *
 * @returns The version, such as `0.25.0`; undefined when `path` does not answer like tfplugindocs.
 */
export async function askTfplugindocs(path: string): Promise<string | undefined> {
  try {
    const { stderr } = await promisify(execFile)(path, ["--version"], { timeout: PATIENCE });
    return /^tfplugindocs Version v?(\d[0-9A-Za-z.+-]*)/.exec(stderr)?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Asks `quill version -o json`.
 *
 * @returns The version, such as `0.5.1`; undefined when `path` does not answer like quill.
 */
export async function askQuill(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ["version", "-o", "json"], { timeout: PATIENCE });
    const answer: unknown = JSON.parse(stdout);
    if (typeof answer !== "object" || answer === null || !("version" in answer)) return undefined;
    if (!("application" in answer) || answer.application !== "quill") return undefined;
    return typeof answer.version === "string" ? answer.version : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads the version of a tool's main module, which Go writes into every executable. Also runs it once, to check that the file is
 * complete.
 *
 * @param module The path of its main module.
 * @param args Arguments with which it ends by itself, without an error.
 */
export async function askGoTool(
  path: string,
  module: string,
  args: readonly string[],
): Promise<string | undefined> {
  try {
    const version = await moduleVersion(path, module);
    await promisify(execFile)(path, args, { timeout: PATIENCE });
    return version;
  } catch {
    return undefined;
  }
}

async function moduleVersion(path: string, module: string): Promise<string | undefined> {
  const content = await readFile(path, "latin1");
  const [, behind = ""] = content.split(`mod\t${module}\tv`, 2);
  return /^[0-9A-Za-z.+-]+/.exec(behind)?.[0];
}

/**
 * Asks a provider, which has no version command. Reads the version of its main module, which Go writes into every
 * executable, and starts it like a host, to check that the file is complete.
 *
 * @param module The path of its main module.
 */
export async function askPlugin(path: string, module: string): Promise<string | undefined> {
  try {
    const version = await moduleVersion(path, module);
    return (await shakesHands(path)) ? version : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Source: go-plugin `client.go`; the cookie is in `docs/plugin-protocol` of OpenTofu and is public.
 */
async function shakesHands(path: string): Promise<boolean> {
  // A plugin that is killed leaves its socket in the folder for temporary files.
  const temporary = await mkdtemp(join(tmpdir(), "gpuhost-plugin-"));
  try {
    return await answersAsPlugin(path, temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function answersAsPlugin(path: string, temporary: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(path, {
      stdio: ["ignore", "pipe", "ignore"],
      env: {
        ...process.env,
        ...temporaryVariables(temporary),
        [MAGIC_COOKIE.name]: MAGIC_COOKIE.value,
        PLUGIN_PROTOCOL_VERSIONS: "5,6",
      },
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
    let line = "";
    createInterface({ input: child.stdout }).once("line", (first) => {
      line = first;
      child.kill("SIGKILL");
    });
    child.on("error", () => undefined);
    child.on("close", () => {
      clearTimeout(timer);
      resolve(/^1\|[56]\|/.test(line));
    });
  });
}

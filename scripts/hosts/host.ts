/** The programs that start a provider: OpenTofu of several versions, and Terraform if there is one. */
import { askOpenTofu } from "../tools/answer.ts";
import { ensureTool } from "../tools/ensure-tool.ts";
import { executablesOnPath } from "../tools/on-path.ts";
import { olderOpenTofus, tools } from "../tools/tool.ts";

export interface Host {
  readonly product: "opentofu" | "terraform";
  readonly version: string;
  readonly executable: string;
}

/** Names the host of the end-to-end tests: a version of OpenTofu, or `terraform`. */
export const HOST_VARIABLE = "GPUHOST_TEST_HOST";

/** The versions of OpenTofu that the provider is tested with, newest first. */
export const hostVersions: readonly string[] = [tools.tofu, ...olderOpenTofus].map(({ version }) => version);

/**
 * Finds or builds a host.
 *
 * @param name A version of OpenTofu, or `terraform`. Undefined: the version that everything else uses.
 * @throws {Error} if there is none
 */
export async function ensureHost(name: string | undefined, say: (line: string) => void): Promise<Host> {
  if (name === "terraform") {
    const found = await findTerraform();
    if (found === null) throw new Error("There is no terraform on the PATH.");
    return found;
  }
  const wanted = name ?? tools.tofu.version;
  const tool = [tools.tofu, ...olderOpenTofus].find(({ version }) => version === wanted);
  if (tool === undefined) {
    throw new Error(`OpenTofu ${wanted} is none of those that are pinned: ${hostVersions.join(", ")}.`);
  }
  return { product: "opentofu", version: tool.version, executable: await ensureTool(tool, say) };
}

/** Terraform from the PATH; null if there is none. */
export async function findTerraform(): Promise<Host | null> {
  for (const executable of executablesOnPath("terraform")) {
    const version = await askOpenTofu(executable);
    if (version !== undefined) return { product: "terraform", version, executable };
  }
  return null;
}

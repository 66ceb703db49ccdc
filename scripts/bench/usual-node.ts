/** Builds the provider in the folder `usual-node` into a mirror, in the usual way for Node programs. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { projectRoot } from "../project.ts";

/**
 * @param folder Where to put it, below the project because it needs node_modules.
 * @returns The path of an executable.
 */
export async function buildUsualNode(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, "provider.cjs");
  await build({
    entryPoints: [join(projectRoot, "scripts", "bench", "usual-node", "provider.ts")],
    outfile: program,
    bundle: true,
    // Packages from npm stay in node_modules and are found at run time.
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node24",
    logLevel: "warning",
  });
  const executable = join(folder, "terraform-provider-usual");
  writeFileSync(
    executable,
    `#!/bin/sh\nexec ${shellWord(process.execPath)} ${shellWord(program)} ${shellWord(join(projectRoot, "proto"))}\n`,
  );
  chmodSync(executable, 0o755);
  return executable;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

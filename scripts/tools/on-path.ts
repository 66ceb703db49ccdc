/** Finds programs on the PATH. */
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Every executable file with this name, or one of these, in the order of the PATH. Relative entries are skipped, because they mean
 * something else in every folder.
 */
export function executablesOnPath(
  name: string | readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): readonly string[] {
  return (environment["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .flatMap((folder) => [name].flat().map((one) => join(folder, one)))
    .filter(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

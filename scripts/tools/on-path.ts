/** Where the PATH has a program. */
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Every executable file of this name, or of these, in the order of the PATH. A relative entry means something else in every folder,
 * so it is left out.
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

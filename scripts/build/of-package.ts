/** Paths of files in packages, as esbuild gives them on every system. */

/**
 * Matches the paths that end like that. esbuild reads it as Go does, which has no look-behind.
 *
 * @param end A regular expression with `/` between folders, from the name of a package on.
 */
export function ofPackage(end: string): RegExp {
  return new RegExp(`[\\\\/]${end.replaceAll("/", "[\\\\/]")}$`);
}

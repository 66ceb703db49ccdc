/** Paths of files in packages, as esbuild has them on every system. */

/**
 * Matches paths that end like this. esbuild reads it as Go does, which has no look-behind.
 *
 * @param end A regular expression with `/` between folders, starting with the name of a package.
 */
export function ofPackage(end: string): RegExp {
  return new RegExp(`[\\\\/]${end.replaceAll("/", "[\\\\/]")}$`);
}

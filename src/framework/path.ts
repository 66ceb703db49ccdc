/** Paths to what a diagnostic is about. */
export { formatPath, type Path, path } from "../cty/path.ts";

/** Paths of attributes, for the layers above, which never see cty. */
export { formatPath, type Path, type PathStep, path } from "../cty/path.ts";

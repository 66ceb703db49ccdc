/** The names in the packages for Linux, where the launcher looks for them. */

/**
 * The folder beside the launcher. A host takes no file in it for the provider, because it only looks at the files beside
 * it.
 */
export const FOLDER = "lib";
/** Node with the provider in it; has the provider's name, so that it is recognised in `/proc`. */
export const NODE = "terraform-provider-gpuhost";
/** The loader of glibc. */
export const LOADER = "terraform-provider-gpuhost-ld.so";

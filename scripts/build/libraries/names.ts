/** How things are called in the packages for Linux, where the launcher looks for them. */

/** The folder beside the launcher. No name in it is the provider's for a host, which looks at the files beside it alone. */
export const FOLDER = "lib";
/** Node with the provider in it; named as the provider for whoever finds the file in `/proc`. */
export const NODE = "terraform-provider-gpuhost";
/** The loader of glibc. */
export const LOADER = "terraform-provider-gpuhost-ld.so";

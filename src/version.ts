declare const GPUHOST_VERSION: string | undefined;

/** The version that the build wrote into the bundle; `dev` when the sources run as they are. */
export const version: string = typeof GPUHOST_VERSION === "string" ? GPUHOST_VERSION : "dev";

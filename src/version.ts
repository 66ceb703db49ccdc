declare const GPUHOST_VERSION: string | undefined;

/** The version that the build wrote into the bundle; `dev` when the sources run directly. */
export const version: string = typeof GPUHOST_VERSION === "string" ? GPUHOST_VERSION : "dev";

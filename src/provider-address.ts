/** Where users find the provider: host, namespace, type. */
export const providerAddress = "registry.opentofu.org/gpuhost/gpuhost";

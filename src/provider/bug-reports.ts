/** Where users report what is the provider's own fault. */
export const BUG_REPORTS = "https://github.com/gpuhost/terraform-provider-gpuhost/issues";

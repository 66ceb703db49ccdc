/** Where users report bugs of the provider. */
export const BUG_REPORTS = "https://github.com/gpuhost/terraform-provider-gpuhost/issues";

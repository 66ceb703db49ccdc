# What `npm run demo` runs: one configuration that reads two clusters, each through an alias of the provider.

terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

provider "gpuhost" {
  alias     = "pve9"
  endpoint  = var.pve9.endpoint
  api_token = var.pve9.api_token
  ca_file   = var.pve9.ca_file
}

provider "gpuhost" {
  alias     = "pve7"
  endpoint  = var.pve7.endpoint
  api_token = var.pve7.api_token
  ca_file   = var.pve7.ca_file
}

module "pve9" {
  source    = "../modules/gpu-inventory"
  providers = { gpuhost = gpuhost.pve9 }
}

module "pve7" {
  source    = "../modules/gpu-inventory"
  providers = { gpuhost = gpuhost.pve7 }
}

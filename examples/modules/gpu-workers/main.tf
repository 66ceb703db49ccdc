# GPUs for VMs by how many each needs: no address, no node, no id. A worker keeps what it has, whatever else changes.

terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

module "discovery" {
  source     = "./discovery"
  vendor_ids = var.vendor_ids
  name_regex = var.name_regex
}

locals {
  workers = provider::gpuhost::assign(module.discovery.gpus, var.workers, {
    nodes         = var.nodes
    shared_groups = var.shared_groups
  })
}

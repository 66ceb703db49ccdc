terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# The cluster of the environment: PROXMOX_VE_ENDPOINT, PROXMOX_VE_API_TOKEN, GPUHOST_CA_FILE and so on.
provider "gpuhost" {}

module "inventory" {
  source = "../modules/gpu-inventory"
}

output "gpus" {
  description = "Every GPU of the cluster."
  value       = module.inventory.gpus
}

output "mappings" {
  description = "One mapping a card, in JSON so that it takes one line."
  value       = join("\n", [for name, mapping in module.inventory.mappings : "${name} = ${jsonencode(mapping)}"])
}

output "pools" {
  description = "One mapping a model over all nodes."
  value       = join("\n", [for name, pool in module.inventory.pools : "${name} = ${jsonencode(pool)}"])
}

output "hostpci" {
  description = "By node, the blocks of a VM that gets all its cards: made by the provider's function."
  value       = join("\n", [for node, blocks in module.inventory.hostpci : "${node} = ${jsonencode(blocks)}"])
}

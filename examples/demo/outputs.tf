output "pve9_gpus" {
  description = "Every GPU of the Proxmox VE 9.2 cluster."
  value       = module.pve9.gpus
}

output "pve7_gpus" {
  description = "Every GPU of the Proxmox VE 7.4 cluster."
  value       = module.pve7.gpus
}

output "pve9_mappings" {
  description = "One mapping a card, in JSON so that it takes one line."
  value       = join("\n", [for name, mapping in module.pve9.mappings : "${name} = ${jsonencode(mapping)}"])
}

output "pve7_mappings" {
  description = "The same of the other cluster."
  value       = join("\n", [for name, mapping in module.pve7.mappings : "${name} = ${jsonencode(mapping)}"])
}

output "pve9_pools" {
  description = "One mapping a model over all nodes."
  value       = join("\n", [for name, pool in module.pve9.pools : "${name} = ${jsonencode(pool)}"])
}

output "pve9_hostpci" {
  description = "By node, the blocks of a VM that gets all its cards: made by the provider's function."
  value       = join("\n", [for node, blocks in module.pve9.hostpci : "${node} = ${jsonencode(blocks)}"])
}

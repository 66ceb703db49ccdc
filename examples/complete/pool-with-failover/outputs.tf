output "cards" {
  description = "By mapping, the cards of which a guest gets one."
  value = {
    for model in keys(proxmox_hardware_mapping_pci.model) : model => [for line in local.lines[model] : "${line.node}/${line.path}"]
  }
}

output "nodes" {
  description = "VM => the node that it is on now."
  value       = { for name, vm in proxmox_virtual_environment_vm.guest : name => vm.node_name }
}

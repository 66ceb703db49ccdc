output "guests" {
  description = "The mappings that each VM has."
  value       = { for name, vm in proxmox_virtual_environment_vm.guest : name => vm.hostpci[*].mapping }
}

output "taken" {
  description = "What each group takes away from its host beside its cards."
  value       = local.taken
}

output "gpus" {
  description = "The mappings that each VM has."
  value       = { for name, vm in proxmox_virtual_environment_vm.talos : name => vm.hostpci[*].mapping if length(vm.hostpci) > 0 }
}

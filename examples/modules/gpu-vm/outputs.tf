output "vm_id" {
  description = "Number of the VM."
  value       = proxmox_virtual_environment_vm.this.vm_id
}

output "node_name" {
  description = "The node that the VM is on."
  value       = proxmox_virtual_environment_vm.this.node_name
}

output "mappings" {
  description = "The mappings that the VM has, in the order of hostpci0 and so on."
  value       = proxmox_virtual_environment_vm.this.hostpci[*].mapping
}

output "types" {
  description = "The type of each guest's part of its card."
  value       = { for name, vm in proxmox_virtual_environment_vm.guest : name => "${vm.hostpci[0].mdev} of ${local.guests[name]}" }
}

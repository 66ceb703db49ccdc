output "types" {
  description = "The type of each guest's vGPU."
  value       = { for name, vm in proxmox_virtual_environment_vm.guest : name => "${vm.hostpci[0].mdev} of ${local.guests[name].mapping}" }
}

output "offered" {
  description = "What can be chosen: the types of each model on each node."
  value = {
    for place, offer in data.gpuhost_mdev_types.offered : place => {
      for type in offer.types : type.type => trimspace(coalesce(type.description, type.name, "-"))
    }
  }
}

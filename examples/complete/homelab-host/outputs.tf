output "vms" {
  description = "Each VM's number, and its card and where that is today."
  value = {
    for name, vm in proxmox_virtual_environment_vm.this : name => {
      vm_id = vm.vm_id
      gpu   = local.cards[name][0].name
      path  = local.cards[name][0].path
    }
  }
}

output "guests" {
  description = "Which card each VM has."
  value = {
    for name, card in local.cards : proxmox_virtual_environment_vm.guest[name].name => {
      vm_id = proxmox_virtual_environment_vm.guest[name].vm_id
      node  = card.node
      path  = card.path
      card  = card.name
    }
  }
}

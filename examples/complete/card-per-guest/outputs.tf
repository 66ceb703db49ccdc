output "guests" {
  description = "Which card each VM has."
  value = {
    for guest, card in local.guests : guest => {
      vm_id = proxmox_virtual_environment_vm.guest[guest].vm_id
      node  = local.cards[card].node
      path  = local.cards[card].path
      name  = local.cards[card].name
    }
  }
}

output "guests" {
  description = "Which of the cards each VM has, and where it is."
  value = {
    for name, card in local.cards : proxmox_virtual_environment_vm.guest[name].name => "${card.name} at ${card.path} of ${card.node}"
  }
}

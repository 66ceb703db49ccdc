output "guests" {
  description = "The mappings that each VM has."
  value       = { for name, vm in proxmox_virtual_environment_vm.guest : vm.name => vm.hostpci[*].mapping }
}

output "left_alone" {
  description = "Groups that nobody gets, with what they would take away from the host."
  value = {
    for group, peers in local.peers : group => [for peer in peers : "${peer.node}/${peer.path} ${peer.name}"]
    if !contains(keys(local.guests), group)
  }
}

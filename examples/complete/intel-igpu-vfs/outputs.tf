output "nodes" {
  description = "Node => the mapping of its virtual functions, and how many it has."
  value       = local.nodes
}

output "guests" {
  description = "VM => its node and the mapping of which it gets one function."
  value = {
    for name, vm in proxmox_virtual_environment_vm.guest : name => { node = vm.node_name, mapping = one(vm.hostpci[*].mapping) }
  }
}

output "workers" {
  description = "Worker => its VM's number, its node, and its mappings in the order of hostpci0 and so on."
  value = {
    for name, vm in proxmox_virtual_environment_vm.worker : name => {
      vm_id     = vm.vm_id
      node_name = vm.node_name
      mappings  = local.workers[name].mappings
    }
  }
}

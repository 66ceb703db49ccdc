output "mappings" {
  description = "Mapping name => what bpg's proxmox_hardware_mapping_pci takes, ready for `for_each`."
  value = {
    for name, device in local.found : name => {
      comment = local.cards[name].comment

      # Only the card's main function has mediated devices, and a mapping must say what is true of its device.
      mediated_devices = local.cards[name].mediated_devices && one(local.cards[name].map).path == local.devices[name].path

      map = [{
        node         = local.devices[name].node
        path         = local.devices[name].path
        id           = device.id
        subsystem_id = device.subsystem_id
        iommu_group  = device.iommu_group
        comment      = null
      }]
    }
  }

  precondition {
    condition     = length(local.missing) == 0
    error_message = "${join("; ", local.missing)}. Look the addresses up with `lspci -D` on the node."
  }
}

output "hostpci" {
  description = "VM => its `hostpci` blocks."
  value = {
    for name, vm in var.nodes : name => provider::gpuhost::hostpci([
      for index, address in vm.gpu_devices : "gpu-${name}-${index}"
    ])
  }
}

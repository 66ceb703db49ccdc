# GPUs for VMs by their addresses. Where a table { address => { id, subsystem_id, iommu_group } } was kept by
# hand, the data source reads it: the interface of the module stays as such modules have it.

terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

module "discovery" {
  source = "./discovery"
  nodes  = distinct([for vm in var.nodes : vm.host_node])
}

locals {
  # Every device of every VM, by the name of its mapping.
  devices = merge([
    for name, vm in var.nodes : {
      for index, address in vm.gpu_devices : "gpu-${name}-${index}" => {
        node = vm.host_node
        path = provider::gpuhost::path(address)
      }
    }
  ]...)

  found = {
    for name, device in local.devices : name => module.discovery.by_node[device.node][device.path]
    if can(module.discovery.by_node[device.node][device.path])
  }

  # The mapping that the data source itself would make of the device's card.
  cards = { for name, device in local.found : name => module.discovery.mappings[device.mapping_name] }

  missing = [
    for name, device in local.devices : "${device.node} has no GPU at ${device.path}" if !can(local.found[name])
  ]
}

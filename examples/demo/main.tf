# What `npm run demo` plans and applies: a mapping for every model of GPU in the cluster, and a VM with one of them.

terraform {
  required_version = ">= 1.10"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}

# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.
provider "gpuhost" {}

provider "proxmox" {}

data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]
}

# One mapping a model over all nodes. Its name stays when a card changes its address.
resource "proxmox_hardware_mapping_pci" "gpu" {
  for_each         = data.gpuhost_pci_devices.gpus.pools
  name             = each.key
  comment          = each.value.comment
  mediated_devices = each.value.mediated_devices
  map              = each.value.map
}

resource "proxmox_virtual_environment_vm" "worker" {
  name            = "worker"
  node_name       = "pve1"
  machine         = "q35"
  on_boot         = false # after its host was off, a plan comes first
  stop_on_destroy = true

  # By the resource, so that the mapping is there before the VM is.
  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci([proxmox_hardware_mapping_pci.gpu["gpu-10de-2204"].name])
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }
}

# Proxmox compares a mapping with the hardware when a VM starts. This does it at every plan.
check "mappings_fit_the_hardware" {
  data "gpuhost_pci_mappings" "all" {}

  assert {
    condition = alltrue(values(data.gpuhost_pci_mappings.all.mappings)[*].valid)
    error_message = join("\n", flatten([
      for name, mapping in data.gpuhost_pci_mappings.all.mappings : [
        for node, result in mapping.nodes : [for problem in result.problems : "${name} on ${node}: ${problem.message}"]
      ]
    ]))
  }
}

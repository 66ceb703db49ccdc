terraform {
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}

provider "gpuhost" {}

provider "proxmox" {}

data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]
}

# One mapping for each card, named by its place.
resource "proxmox_hardware_mapping_pci" "gpu" {
  for_each         = data.gpuhost_pci_devices.gpus.mappings
  name             = each.key
  comment          = each.value.comment
  mediated_devices = each.value.mediated_devices
  map              = each.value.map
}

# One mapping for each model, with its cards on all nodes, for guests that may start on any node.
resource "proxmox_hardware_mapping_pci" "pool" {
  for_each         = data.gpuhost_pci_devices.gpus.pools
  name             = each.key
  comment          = each.value.comment
  mediated_devices = each.value.mediated_devices
  map              = each.value.map
}

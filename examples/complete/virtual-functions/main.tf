terraform {
  required_version = ">= 1.7"
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

data "gpuhost_pci_devices" "functions" {
  virtual_functions = true
  classes           = ["gpu"]
  nodes             = var.nodes

  # What is not read is planned for destruction under for_each: a node that was named has to answer.
  unreachable_nodes = var.nodes == null ? "warn" : "error"
}

locals {
  # By model and node, how many virtual functions there are. Those that have vGPU types are of use with one only.
  counts = merge([
    for model, pool in data.gpuhost_pci_devices.functions.pools : {
      for node, lines in { for line in pool.map : line.node => line... } :
      "${model}-${node}" => { model = model, node = node, count = length(lines) }
    } if !pool.mediated_devices || contains(keys(var.mdev_types), model)
  ]...)

  guests = merge([
    for name, place in local.counts : {
      for number in range(min(var.guests, place.count)) : "${name}-${number}" => place
    }
  ]...)
}

# One mapping for each model with all its virtual functions. Each guest gets one that is free when it starts; which one does
# not matter, and none is written down anywhere.
resource "proxmox_hardware_mapping_pci" "model" {
  for_each         = data.gpuhost_pci_devices.functions.pools
  name             = each.key
  comment          = each.value.comment
  mediated_devices = each.value.mediated_devices
  map              = each.value.map
}

resource "proxmox_virtual_environment_vm" "guest" {
  for_each        = local.guests
  name            = each.key
  node_name       = each.value.node
  machine         = "q35"
  bios            = "ovmf"
  stop_on_destroy = true

  efi_disk {
    datastore_id = var.datastore
  }

  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci([proxmox_hardware_mapping_pci.model[each.value.model].name])
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      mdev    = lookup(var.mdev_types, each.value.model, null)
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }
}

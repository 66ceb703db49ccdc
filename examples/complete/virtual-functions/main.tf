# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.
provider "gpuhost" {}

provider "proxmox" {}

data "gpuhost_pci_devices" "functions" {
  classes           = ["gpu"]
  virtual_functions = true

  # A card that is not found fails the plan, so that a node that is down may be left out.
  unreachable_nodes = "warn"

  lifecycle {
    postcondition {
      condition     = length(setsubtract(local.named, keys(self.pools))) == 0
      error_message = "There is no ${join(", ", setsubtract(local.named, keys(self.pools)))}. There are: ${join(", ", keys(self.pools))}."
    }
  }
}

locals {
  # What the variable names, if anything.
  named = values(coalesce(var.guests, {}))[*].mapping

  models = data.gpuhost_pci_devices.functions.pools

  # To try it out: up to two guests for each model and node. Functions that have vGPU types are of use with a type only.
  guests = var.guests != null ? var.guests : merge(flatten([
    for model, pool in local.models : [
      for node, lines in { for line in pool.map : line.node => line... } : {
        for number in range(min(2, length(lines))) : "${model}-${node}-${number}" => { node = node, mapping = model }
      }
    ] if !pool.mediated_devices || contains(keys(var.mdev_types), model)
  ])...)
}

# One mapping for each model with all its virtual functions. Each guest gets one that is free when it starts; which one does
# not matter, and none is written down anywhere.
resource "proxmox_hardware_mapping_pci" "model" {
  for_each         = toset(values(local.guests)[*].mapping)
  name             = each.key
  comment          = local.models[each.key].comment
  mediated_devices = local.models[each.key].mediated_devices
  map              = local.models[each.key].map
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

  # The names come from the resource, so that the mappings are there before the VM is.
  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci([proxmox_hardware_mapping_pci.model[each.value.mapping].name])
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      mdev    = lookup(var.mdev_types, each.value.mapping, null)
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }

  lifecycle {
    precondition {
      condition     = contains(local.models[each.value.mapping].map[*].node, each.value.node)
      error_message = "${each.value.node} has no virtual function of ${each.value.mapping}."
    }
  }
}

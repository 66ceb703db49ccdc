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

data "gpuhost_pci_devices" "cards" {
  classes           = ["gpu"]
  virtual_functions = false
  mdev              = false

  # A card that is not found fails the plan below, so that a node that is down may be left out.
  unreachable_nodes = "warn"
}

locals {
  # Where Proxmox may choose, it must find no card that takes something else of the host along.
  isolated = [
    for unit in data.gpuhost_pci_devices.cards.gpus : "${unit.node}/${unit.path}" if coalesce(unit.isolated, false)
  ]
  lines = {
    for model, pool in data.gpuhost_pci_devices.cards.pools : model => [
      for line in pool.map : line if contains(local.isolated, "${line.node}/${line.path}")
    ]
  }

  # To try it out: a guest for each model and node.
  guests = var.guests != null ? var.guests : merge([
    for model, lines in local.lines : {
      for node in distinct(lines[*].node) : "${model}-${node}" => { node = node, mapping = model }
    }
  ]...)
}

# One mapping for each model with a line for every card of it in the cluster. Where a guest starts, Proxmox takes a card of
# that node that is free.
resource "proxmox_hardware_mapping_pci" "model" {
  for_each = toset(values(local.guests)[*].mapping)
  name     = each.key
  comment  = data.gpuhost_pci_devices.cards.pools[each.key].comment
  map      = local.lines[each.key]
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
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }

  lifecycle {
    precondition {
      condition     = contains(local.lines[each.value.mapping][*].node, each.value.node)
      error_message = "${each.value.node} has no card of ${each.value.mapping}."
    }
  }
}

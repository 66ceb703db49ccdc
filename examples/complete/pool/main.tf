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
  virtual_functions = false
  mdev              = false
  classes           = ["gpu"]
  nodes             = var.nodes

  # What is not read is planned for destruction under for_each: a node that was named has to answer.
  unreachable_nodes = var.nodes == null ? "warn" : "error"
}

locals {
  # Where Proxmox may choose, it must find no card that takes something else of the host along.
  isolated = toset([
    for unit in data.gpuhost_pci_devices.cards.gpus : "${unit.node}/${unit.path}" if coalesce(unit.isolated, false)
  ])
  lines = {
    for model, pool in data.gpuhost_pci_devices.cards.pools : model => [
      for line in pool.map : line if contains(local.isolated, "${line.node}/${line.path}")
    ]
  }

  # A guest for each model and node; those of one model all name the same mapping.
  guests = merge([
    for model, lines in local.lines : {
      for node in distinct(lines[*].node) : "${model}-${node}" => { model = model, node = node }
    }
  ]...)
}

# One mapping for each model with a line for every card of it in the cluster. Where a guest starts, Proxmox takes a card of
# that node that is free.
resource "proxmox_hardware_mapping_pci" "model" {
  for_each = { for model, lines in local.lines : model => lines if length(lines) > 0 }
  name     = each.key
  comment  = data.gpuhost_pci_devices.cards.pools[each.key].comment
  map      = each.value
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
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }
}

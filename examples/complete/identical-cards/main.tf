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

data "gpuhost_pci_devices" "gpus" {
  # gpu-pve1-10de-2204-0, gpu-pve1-10de-2204-1: the names stay when another card moves the addresses.
  mapping_names = "model"

  classes = ["gpu"]
  nodes   = var.nodes

  # What is not read is planned for destruction under for_each: a node that was named has to answer.
  unreachable_nodes = var.nodes == null ? "warn" : "error"
}

locals {
  # Whole cards that take nothing else along, of models that a node has more than once.
  models = {
    for unit in data.gpuhost_pci_devices.gpus.gpus : "${unit.node} ${unit.id}" => unit...
    if unit.kind == "card" && coalesce(unit.isolated, false)
  }
  cards = merge([
    for units in values(local.models) : { for unit in units : unit.mapping_name => unit } if length(units) > 1
  ]...)
}

# Same model, same ids, even the same maker: only the address tells one from the other, and the mapping holds it.
resource "proxmox_hardware_mapping_pci" "card" {
  for_each         = { for name in keys(local.cards) : name => data.gpuhost_pci_devices.gpus.mappings[name] }
  name             = each.key
  comment          = each.value.comment
  mediated_devices = each.value.mediated_devices
  map              = each.value.map
}

resource "proxmox_virtual_environment_vm" "guest" {
  for_each        = local.cards
  name            = "guest-${each.key}"
  node_name       = each.value.node
  machine         = "q35"
  bios            = "ovmf"
  stop_on_destroy = true

  efi_disk {
    datastore_id = var.datastore
  }

  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci([proxmox_hardware_mapping_pci.card[each.key].name])
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }
}

# What Proxmox has written down, held against the hardware at every plan: a warning now, and not a VM that fails to start later.
data "gpuhost_pci_mappings" "written" {}

check "mappings_fit_the_hardware" {
  assert {
    condition = alltrue([
      for name, mapping in data.gpuhost_pci_mappings.written.mappings : mapping.valid if contains(keys(local.cards), name)
    ])
    error_message = join("\n", flatten([
      for name, mapping in data.gpuhost_pci_mappings.written.mappings : [
        for node, result in mapping.nodes : [for problem in result.problems : "${name} on ${node}: ${problem.message}"]
      ] if contains(keys(local.cards), name)
    ]))
  }
}

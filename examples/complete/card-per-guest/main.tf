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
  classes = ["gpu"]
  nodes   = var.nodes

  # What is not read is planned for destruction under for_each: a node that was named has to answer.
  unreachable_nodes = var.nodes == null ? "warn" : "error"
}

locals {
  # Whole cards that take nothing else along. One without an IOMMU group, or that shares it, cannot be given away as it is.
  cards = {
    for unit in data.gpuhost_pci_devices.gpus.gpus : unit.mapping_name => unit
    if unit.kind == "card" && coalesce(unit.isolated, false)
  }
}

# All functions of a card by its slot, sound and USB with it, or its one function; the ids and the group that Proxmox checks.
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

  # The mapping's name is taken from the resource, so that the VM comes after the mapping.
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

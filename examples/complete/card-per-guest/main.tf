# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.
provider "gpuhost" {}

provider "proxmox" {}

data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]

  # A card that is not found fails the plan, so that a node that is down may be left out.
  unreachable_nodes = "warn"

  lifecycle {
    postcondition {
      condition     = alltrue([for name in local.named : contains([for unit in self.gpus : unit.mapping_name if unit.kind == "card"], name)])
      error_message = "There is no ${join(", ", setsubtract(local.named, [for unit in self.gpus : unit.mapping_name if unit.kind == "card"]))}. There are: ${join(", ", [for unit in self.gpus : unit.mapping_name if unit.kind == "card"])}."
    }
  }
}

locals {
  # What the variable names, if anything.
  named = values(coalesce(var.guests, {}))

  cards = { for unit in data.gpuhost_pci_devices.gpus.gpus : unit.mapping_name => unit if unit.kind == "card" }

  # To try it out: a guest for each card that takes nothing else of its host along.
  guests = var.guests != null ? var.guests : {
    for name, card in local.cards : "guest-${name}" => name if coalesce(card.isolated, false)
  }
}

# All functions of a card by its slot, sound and USB with it, or its one function; the ids and the group that Proxmox checks.
resource "proxmox_hardware_mapping_pci" "card" {
  for_each         = toset(values(local.guests))
  name             = each.key
  comment          = data.gpuhost_pci_devices.gpus.mappings[each.key].comment
  mediated_devices = data.gpuhost_pci_devices.gpus.mappings[each.key].mediated_devices
  map              = data.gpuhost_pci_devices.gpus.mappings[each.key].map
}

resource "proxmox_virtual_environment_vm" "guest" {
  for_each        = local.guests
  name            = each.key
  node_name       = local.cards[each.value].node
  machine         = "q35"
  bios            = "ovmf"
  stop_on_destroy = true

  efi_disk {
    datastore_id = var.datastore
  }

  # The names come from the resource, so that the mappings are there before the VM is.
  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci([proxmox_hardware_mapping_pci.card[each.value].name])
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }

  lifecycle {
    precondition {
      condition     = coalesce(local.cards[each.value].isolated, false)
      error_message = "${each.value} ${local.cards[each.value].isolated == null ? "is in no IOMMU group" : "would take ${join(", ", local.cards[each.value].group_peers)} along"}."
    }
  }
}

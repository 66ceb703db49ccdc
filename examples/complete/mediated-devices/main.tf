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
  classes           = ["gpu"]
  mdev              = true
  virtual_functions = false

  # A card that is not found fails the plan below, so that a node that is down may be left out.
  unreachable_nodes = "warn"
}

# What each card offers.
data "gpuhost_mdev_types" "offered" {
  for_each = { for unit in data.gpuhost_pci_devices.gpus.gpus : unit.mapping_name => unit }
  node     = each.value.node
  path     = each.value.path
}

locals {
  cards = { for unit in data.gpuhost_pci_devices.gpus.gpus : unit.mapping_name => unit }
  types = { for name, offer in data.gpuhost_mdev_types.offered : name => offer.types[*].type if length(offer.types) > 0 }

  # To try it out: two guests for each card.
  guests = var.guests != null ? var.guests : merge([
    for name in keys(local.types) : { for number in range(2) : "${name}-${number}" => name }
  ]...)
}

# A type that nobody has named is chosen once, of those that are left. Every guest that starts changes how many are left, and
# that must change no plan.
resource "terraform_data" "type" {
  for_each = toset(values(local.guests))
  input = try(var.mdev_types[each.key], concat(
    [for offer in data.gpuhost_mdev_types.offered[each.key].types : offer.type if offer.available > 1],
    local.types[each.key],
  )[0])
  triggers_replace = lookup(var.mdev_types, each.key, null)

  lifecycle {
    ignore_changes = [input]

    precondition {
      condition     = contains(local.types[each.key], try(var.mdev_types[each.key], local.types[each.key][0]))
      error_message = "${each.key} offers ${join(", ", local.types[each.key])}."
    }
  }
}

# mediated_devices has to be what the hardware says, or no guest starts.
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
      mdev    = terraform_data.type[each.value].output
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }
}

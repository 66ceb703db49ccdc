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
  mdev              = true
  virtual_functions = false
  classes           = ["gpu"]
  nodes             = var.nodes

  # What is not read is planned for destruction under for_each: a node that was named has to answer.
  unreachable_nodes = var.nodes == null ? "warn" : "error"
}

# What each card offers.
data "gpuhost_mdev_types" "offered" {
  for_each = { for unit in data.gpuhost_pci_devices.cards.gpus : unit.mapping_name => unit }
  node     = each.value.node
  path     = each.value.path
}

# The type is chosen once, of those that are left. Every guest that starts changes how many are left, and that must change no
# plan.
resource "terraform_data" "type" {
  for_each         = { for card, offer in data.gpuhost_mdev_types.offered : card => offer.types if length(offer.types) > 0 }
  triggers_replace = var.mdev_type
  input = var.mdev_type != null ? var.mdev_type : concat(
    [for offer in each.value : offer.type if offer.available >= var.guests],
    each.value[*].type,
  )[0]

  lifecycle {
    ignore_changes = [input]

    precondition {
      condition     = var.mdev_type == null || contains(each.value[*].type, coalesce(var.mdev_type, "none"))
      error_message = "${each.key} offers no such type, but ${join(", ", each.value[*].type)}."
    }
  }
}

locals {
  guests = merge([
    for unit in data.gpuhost_pci_devices.cards.gpus : {
      for number in range(var.guests) : "${unit.mapping_name}-${number}" => { card = unit.mapping_name, node = unit.node }
    } if length(data.gpuhost_mdev_types.offered[unit.mapping_name].types) > 0
  ]...)
}

# mediated_devices has to be what the hardware says, or no guest starts.
resource "proxmox_hardware_mapping_pci" "card" {
  for_each         = data.gpuhost_pci_devices.cards.mappings
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
    for_each = provider::gpuhost::hostpci([proxmox_hardware_mapping_pci.card[each.value.card].name])
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      mdev    = terraform_data.type[each.value.card].output
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }
}

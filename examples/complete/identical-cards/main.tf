# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.
provider "gpuhost" {}

provider "proxmox" {}

data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]

  # gpu-pve1-10de-2204-0, gpu-pve1-10de-2204-1: such names stay when something else moves the addresses.
  mapping_names = "model"

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

  # To try it out: a guest for each card of which its node has another that is the same, and that takes nothing else along.
  models = {
    for name, card in local.cards : "${card.node} ${card.id}" => name... if coalesce(card.isolated, false)
  }
  guests = var.guests != null ? var.guests : {
    for name in flatten([for names in values(local.models) : names if length(names) > 1]) : "guest-${name}" => name
  }
}

# Same model, same ids, often even the same maker: only the address tells one card from the other, and the mapping holds it.
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

# What Proxmox has written down, held against the hardware at every plan: a warning now, and not a VM that fails to start later.
data "gpuhost_pci_mappings" "written" {}

locals {
  written = {
    for name, mapping in data.gpuhost_pci_mappings.written.mappings : name => mapping
    if contains(values(local.guests), name)
  }
}

check "mappings_fit_the_hardware" {
  assert {
    condition = alltrue(values(local.written)[*].valid)
    error_message = join("\n", flatten([
      for name, mapping in local.written : [
        for node, result in mapping.nodes : [for problem in result.problems : "${name} on ${node}: ${problem.message}"]
      ]
    ]))
  }
}

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

# What shares a card's group may be anything: a disk, a network card, a USB controller.
data "gpuhost_pci_devices" "everything" {
  nodes = keys(data.gpuhost_pci_devices.gpus.by_node)
}

locals {
  # What the variable names, if anything.
  named = values(coalesce(var.guests, {}))

  cards = { for unit in data.gpuhost_pci_devices.gpus.gpus : unit.mapping_name => unit if unit.kind == "card" }

  # The cards of each group. Several in one can only go to one guest together.
  groups = {
    for name, card in local.cards : "${card.node}-group-${card.iommu_group}" => name... if card.isolated != null
  }

  # What else is in each group: the peers that are no function of its cards.
  peers = {
    for group, names in local.groups : group => {
      for device in data.gpuhost_pci_devices.everything.devices :
      provider::gpuhost::mapping_name(device.node, device.path, "peer") => device
      if device.node == local.cards[names[0]].node && contains(setsubtract(
        flatten([for name in names : local.cards[name].group_peers]),
        flatten([for name in names : local.cards[name].functions]),
      ), device.path)
    }
  }

  # What each group would take away from its host, as the variable names it.
  taken = { for group, devices in local.peers : group => [for device in devices : "${device.node}/${device.path}"] }

  # To try it out: a guest for each group that takes nothing along but what was said to be spare.
  guests = var.guests != null ? var.guests : {
    for group, names in local.groups : group => names[0] if length(setsubtract(local.taken[group], var.spare)) == 0
  }

  # Guest => its group.
  group = { for guest, card in local.guests : guest => "${local.cards[card].node}-group-${local.cards[card].iommu_group}" }

  # Mapping => its device: each card of the groups, and each peer. The dots make a list of it, as bpg/proxmox wants it.
  devices = merge([
    for group in values(local.group) : merge(
      { for name in local.groups[group] : name => local.cards[name]... },
      { for name, device in local.peers[group] : name => device... },
    )
  ]...)
}

resource "proxmox_hardware_mapping_pci" "device" {
  for_each         = local.devices
  name             = each.key
  comment          = each.value[0].name
  mediated_devices = each.value[0].mdev
  map              = each.value
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
    for_each = provider::gpuhost::hostpci([
      for name in concat(local.groups[local.group[each.key]], keys(local.peers[local.group[each.key]])) :
      proxmox_hardware_mapping_pci.device[name].name
    ])
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }

  lifecycle {
    precondition {
      condition     = length(setsubtract(local.taken[local.group[each.key]], var.spare)) == 0
      error_message = "${each.value} would take more along than spare names: ${join(", ", local.taken[local.group[each.key]])}."
    }
  }
}

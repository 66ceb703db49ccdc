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
  nodes             = var.nodes
  unreachable_nodes = var.nodes == null ? "warn" : "error" # a node that was named has to answer
}

# What shares a card's group may be anything: a disk, a network card, a USB controller.
data "gpuhost_pci_devices" "everything" {
  nodes             = keys(data.gpuhost_pci_devices.gpus.by_node)
  unreachable_nodes = var.nodes == null ? "warn" : "error"
}

locals {
  # Cards by the group that they are in. Several in one group can only go to one guest together.
  groups = {
    for unit in data.gpuhost_pci_devices.gpus.gpus : "${unit.node}-group-${unit.iommu_group}" => unit...
    if unit.kind == "card" && unit.isolated != null
  }

  # What else is in each group: the peers that are no function of its cards.
  peers = {
    for group, units in local.groups : group => [
      for device in data.gpuhost_pci_devices.everything.devices : device
      if device.node == units[0].node && contains(
        setsubtract(flatten(units[*].group_peers), flatten(units[*].functions)), device.path
      )
    ]
  }

  # A guest takes its group whole or not at all. What the host may need is given away only when it was named.
  guests = {
    for group, units in local.groups : group => {
      node = units[0].node
      mappings = concat(
        units[*].mapping_name,
        [for peer in local.peers[group] : provider::gpuhost::mapping_name(peer.node, peer.path, "peer")],
      )
    }
    if alltrue([for peer in local.peers[group] : contains(var.spare, "${peer.node}/${peer.path}")])
  }

  # Each mapping's lines. The dots make a list of one out of each device, as bpg/proxmox wants it.
  maps = merge([
    for group in keys(local.guests) : merge(
      { for unit in local.groups[group] : unit.mapping_name => unit... },
      {
        for peer in local.peers[group] :
        provider::gpuhost::mapping_name(peer.node, peer.path, "peer") => peer...
      },
    )
  ]...)
}

resource "proxmox_hardware_mapping_pci" "device" {
  for_each         = local.maps
  name             = each.key
  comment          = each.value[0].name
  mediated_devices = each.value[0].mdev
  map              = each.value
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
    for_each = provider::gpuhost::hostpci([for name in each.value.mappings : proxmox_hardware_mapping_pci.device[name].name])
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }
}

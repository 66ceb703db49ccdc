# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.
provider "gpuhost" {}

provider "proxmox" {}

data "gpuhost_pci_devices" "gpus" {
  classes    = ["gpu"]
  vendor_ids = ["1002"]
}

# What else is in the slot of such a GPU, and in the groups of its functions.
data "gpuhost_pci_devices" "everything" {
  nodes = keys(data.gpuhost_pci_devices.gpus.by_node)
}

locals {
  devices = data.gpuhost_pci_devices.everything.devices

  # Node => the GPU of its processor: the one whose slot it shares with other parts of the processor, which bear AMD's other
  # vendor id. The security processor and USB controllers there are no functions of the GPU, and stay with the host.
  apus = {
    for unit in data.gpuhost_pci_devices.gpus.gpus : unit.node => unit
    if unit.kind == "card" && anytrue([
      for device in local.devices : startswith(device.id, "1022:") && device.node == unit.node && split(".", device.path)[0] == split(".", unit.path)[0]
    ])
  }

  # Node => address of the GPU's sound, where nothing else of the host is in its group.
  sound = {
    for node, apu in local.apus : node => one([
      for device in local.devices : device
      if device.node == node && contains(apu.functions, device.path) && device.path != apu.path && alltrue([
        for other in local.devices : contains(apu.functions, other.path)
        if other.node == node && other.iommu_group == device.iommu_group
      ])
    ])
  }

  # To try it out: a guest for each GPU that takes nothing else of its host along.
  guests = var.guests != null ? var.guests : {
    for node, apu in local.apus : "guest-${node}" => node if coalesce(apu.isolated, false)
  }

  # Mapping => its device, the GPU and its sound apart: one address that takes both would take the whole slot. The dots make a
  # list of it, as bpg/proxmox wants it.
  mapped = merge([
    for node in values(local.guests) : merge(
      { for apu in [lookup(local.apus, node, null)] : apu.mapping_name => apu... if apu != null },
      {
        for device in [lookup(local.sound, node, null)] :
        provider::gpuhost::mapping_name(device.node, device.path, "sound") => device... if device != null
      },
    )
  ]...)

  # Node => the names of its mappings, the GPU's first.
  names = {
    for node, apu in local.apus : node => concat([apu.mapping_name], [
      for device in [local.sound[node]] : provider::gpuhost::mapping_name(device.node, device.path, "sound") if device != null
    ])
  }
}

resource "proxmox_hardware_mapping_pci" "function" {
  for_each = local.mapped
  name     = each.key
  comment  = each.value[0].name
  map      = each.value
}

resource "proxmox_virtual_environment_vm" "guest" {
  for_each        = local.guests
  name            = each.key
  node_name       = each.value
  machine         = "q35"
  bios            = "ovmf"
  stop_on_destroy = true

  cpu {
    cores = 4
    type  = "host"
  }

  memory {
    dedicated = 8192
  }

  efi_disk {
    datastore_id      = var.datastore
    type              = "4m"
    pre_enrolled_keys = false
  }

  # The guest's only screen is the monitor on the GPU.
  vga {
    type = "none"
  }

  # The names come from the resource, so that the mappings are there before the VM is.
  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci([
      for name in lookup(local.names, each.value, []) : proxmox_hardware_mapping_pci.function[name].name
    ])
    content {
      device   = hostpci.value.device
      mapping  = hostpci.value.mapping
      pcie     = hostpci.value.pcie
      rombar   = hostpci.value.rombar
      rom_file = hostpci.key == 0 ? var.rom_file : var.sound_rom_file
    }
  }

  lifecycle {
    precondition {
      condition     = contains(keys(local.apus), each.value)
      error_message = "${each.value} has no GPU in an AMD processor. There are some on: ${join(", ", keys(local.apus))}."
    }

    precondition {
      condition = try(coalesce(local.apus[each.value].isolated, false), true)
      error_message = try(
        local.apus[each.value].isolated == null
        ? "The GPU of ${each.value} is in no IOMMU group: switch the IOMMU on in the BIOS."
        : "The GPU of ${each.value} would take ${join(", ", local.apus[each.value].group_peers)} of the host along.",
        "",
      )
    }
  }
}

# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.
provider "gpuhost" {}

provider "proxmox" {}

# The graphics of an Intel processor are always at 00:02. Function .0 stays with the host; the others are for guests.
data "gpuhost_pci_devices" "functions" {
  classes           = ["gpu"]
  vendor_ids        = ["8086"]
  paths             = ["0000:00:02"]
  virtual_functions = true

  # Said below, with what makes them.
  at_least = 0

  lifecycle {
    postcondition {
      condition     = length(self.devices) > 0
      error_message = "No node has virtual functions at 0000:00:02. On the host, with a driver that can make them: echo 7 > /sys/bus/pci/devices/0000:00:02.0/sriov_numvfs"
    }
  }
}

locals {
  # One model for each generation of processors.
  models = data.gpuhost_pci_devices.functions.pools

  # Node => its model, and how many functions it has.
  nodes = {
    for node in distinct(data.gpuhost_pci_devices.functions.devices[*].node) : node => one([
      for model, pool in local.models : { model = model, functions = length([for line in pool.map : line if line.node == node]) }
      if contains(pool.map[*].node, node)
    ])
  }

  # To try it out: two guests on each node.
  guests = var.guests != null ? var.guests : merge([
    for node, found in local.nodes : {
      for number in range(min(2, found.functions)) : "igpu-${node}-${number}" => node
    }
  ]...)
}

# One mapping for each model with all its virtual functions. Each guest gets one that is free when it starts.
resource "proxmox_hardware_mapping_pci" "model" {
  for_each         = local.models
  name             = each.key
  comment          = each.value.comment
  mediated_devices = each.value.mediated_devices
  map              = each.value.map
}

resource "proxmox_virtual_environment_vm" "guest" {
  for_each        = local.guests
  name            = each.key
  node_name       = each.value
  machine         = "q35"
  bios            = "ovmf"
  stop_on_destroy = true

  cpu {
    cores = 2
    type  = "host"
  }

  memory {
    dedicated = 4096
  }

  # The guest's driver is built there too, and nobody has signed it.
  efi_disk {
    datastore_id      = var.datastore
    type              = "4m"
    pre_enrolled_keys = false
  }

  # The name comes from the resource, so that the mapping is there before the VM is.
  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci([
      for found in [lookup(local.nodes, each.value, null)] : proxmox_hardware_mapping_pci.model[found.model].name if found != null
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
      condition     = contains(keys(local.nodes), each.value)
      error_message = "${each.value} has no virtual functions. There are some on: ${join(", ", keys(local.nodes))}."
    }

    precondition {
      condition     = length([for node in values(local.guests) : node if node == each.value]) <= try(local.nodes[each.value].functions, 7)
      error_message = "${each.value} has ${try(local.nodes[each.value].functions, 0)} virtual functions, fewer than guests."
    }
  }
}

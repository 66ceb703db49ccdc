# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.
provider "gpuhost" {}

provider "proxmox" {}

# Every node has to answer: while one is down, a mapping must not lose the lines that it needs when it is back.
data "gpuhost_pci_devices" "cards" {
  classes           = ["gpu"]
  virtual_functions = false
  mdev              = false

  lifecycle {
    postcondition {
      condition     = length(setsubtract(local.named, keys(self.pools))) == 0
      error_message = "There is no ${join(", ", setsubtract(local.named, keys(self.pools)))}. There are: ${join(", ", keys(self.pools))}."
    }
  }
}

locals {
  # What the variable names, if anything.
  named = values(coalesce(var.guests, {}))[*].mapping

  # Where Proxmox may choose, it must find no card that takes something else of the host along.
  isolated = [
    for unit in data.gpuhost_pci_devices.cards.gpus : "${unit.node}/${unit.path}" if coalesce(unit.isolated, false)
  ]
  lines = {
    for model, pool in data.gpuhost_pci_devices.cards.pools : model => [
      for line in pool.map : line if contains(local.isolated, "${line.node}/${line.path}")
    ]
  }

  # To try it out: a guest for each model and node.
  guests = var.guests != null ? var.guests : merge([
    for model, lines in local.lines : {
      for node in distinct(lines[*].node) : "${model}-${node}" => { node = node, mapping = model }
    }
  ]...)

  # Model => its guests that HA keeps running, where there is another node to go to.
  kept = {
    for model in distinct(values(local.guests)[*].mapping) : model => [for name, guest in local.guests : name if guest.mapping == model]
    if var.failover && length(distinct(try(local.lines[model], [])[*].node)) > 1
  }
}

# One mapping for each model with a line for every card of it in the cluster. Where a guest starts, Proxmox takes a card of
# that node that is free.
resource "proxmox_hardware_mapping_pci" "model" {
  for_each = toset(values(local.guests)[*].mapping)
  name     = each.key
  comment  = data.gpuhost_pci_devices.cards.pools[each.key].comment
  map      = local.lines[each.key]
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

  # The names come from the resource, so that the mappings are there before the VM is.
  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci([proxmox_hardware_mapping_pci.model[each.value.mapping].name])
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }

  lifecycle {
    # `node` is where a guest is made. Afterwards HA decides: without this line, every plan would take it back or make it anew.
    ignore_changes = [node_name]

    precondition {
      condition     = contains(local.lines[each.value.mapping][*].node, each.value.node)
      error_message = "${each.value.node} has no card of ${each.value.mapping}."
    }
  }
}

# When its node fails, a guest starts on another. A running guest with a card cannot be moved, it can only start anew.
resource "proxmox_haresource" "guest" {
  for_each    = toset(flatten(values(local.kept)))
  resource_id = "vm:${proxmox_virtual_environment_vm.guest[each.key].vm_id}"
  state       = "started"

  # A guest that was moved stays: to go back it would have to stop.
  failback = false
}

# Only where there are such cards: on any other node the guest would not start.
resource "proxmox_harule" "model" {
  for_each  = local.kept
  rule      = each.key
  type      = "node-affinity"
  nodes     = { for node in distinct(local.lines[each.key][*].node) : node => null }
  resources = [for name in each.value : proxmox_haresource.guest[name].resource_id]
  strict    = true
}

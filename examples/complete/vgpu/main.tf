# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.
provider "gpuhost" {}

provider "proxmox" {}

# Cards that are shared themselves, and virtual functions that are one vGPU each.
data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]
  mdev    = true

  # A card that is not found fails the plan, so that a node that is down may be left out.
  unreachable_nodes = "warn"

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

  models = data.gpuhost_pci_devices.gpus.pools
  kinds  = { for unit in data.gpuhost_pci_devices.gpus.gpus : "${unit.node}/${unit.path}" => unit.kind }

  # "MAPPING on NODE" => the model's devices there: cards or virtual functions.
  places = merge([
    for model, pool in local.models : {
      for node in distinct(pool.map[*].node) : "${model} on ${node}" => {
        mapping = model
        node    = node
        paths   = [for line in pool.map : line.path if line.node == node]
      }
    }
  ]...)
}

# What a device offers; those of one model offer the same.
data "gpuhost_mdev_types" "offered" {
  for_each = local.places
  node     = each.value.node
  path     = each.value.paths[0]
}

locals {
  # Place => type => how many it can make now. A virtual function makes one, whatever it says of its card.
  left = {
    for place, offer in data.gpuhost_mdev_types.offered : place => {
      for type in offer.types : type.type => (
        local.kinds["${local.places[place].node}/${local.places[place].paths[0]}"] == "vf"
        ? length(local.places[place].paths) * min(type.available, 1)
        : type.available
      )
    }
  }

  # To try it out: two guests for each model and node, or one where there is but one function.
  guests = var.guests != null ? var.guests : merge([
    for place in values(local.places) : {
      for number in range(local.kinds["${place.node}/${place.paths[0]}"] == "vf" ? min(2, length(place.paths)) : 2) :
      "${place.mapping}-${place.node}-${number}" => { node = place.node, mapping = place.mapping }
    }
  ]...)

  # Place => how many guests are to be there.
  wanted = { for guest in values(local.guests) : "${guest.mapping} on ${guest.node}" => guest.mapping... }
}

# A type that nobody has named is chosen once, of those that are left. Every guest that starts changes how many are left, and
# that must change no plan: for the same reason no output has these numbers.
resource "terraform_data" "type" {
  for_each = local.wanted
  input = try(
    var.mdev_types[each.value[0]],
    [for type, left in local.left[each.key] : type if left >= length(each.value)][0],
    null,
  )
  triggers_replace = lookup(var.mdev_types, each.value[0], null)

  lifecycle {
    ignore_changes = [input]

    precondition {
      condition     = contains(keys(local.places), each.key)
      error_message = "There is no ${each.key}, but ${join(", ", keys(local.places))}."
    }

    # Functions that are taken may offer nothing any more.
    precondition {
      condition     = try(length(local.left[each.key]) == 0 || contains(keys(local.left[each.key]), var.mdev_types[each.value[0]]), true)
      error_message = "${each.key} offers ${join(", ", keys(try(local.left[each.key], {})))}."
    }
  }
}

# mediated_devices has to be what the hardware says, or no guest starts.
resource "proxmox_hardware_mapping_pci" "model" {
  for_each         = toset(values(local.guests)[*].mapping)
  name             = each.key
  comment          = local.models[each.key].comment
  mediated_devices = local.models[each.key].mediated_devices
  map              = local.models[each.key].map
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
      mdev    = terraform_data.type["${each.value.mapping} on ${each.value.node}"].output
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }

  lifecycle {
    precondition {
      condition     = terraform_data.type["${each.value.mapping} on ${each.value.node}"].output != null
      error_message = "${each.value.mapping} on ${each.value.node} has no type left of which all its guests can have one."
    }
  }
}

# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.
provider "gpuhost" {}

provider "proxmox" {}

data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]
  nodes   = var.host == null ? null : [var.host]

  lifecycle {
    postcondition {
      condition     = length(self.by_node) == 1
      error_message = "The cluster has several nodes: ${join(", ", keys(self.by_node))}. Set host to the one that is meant."
    }
  }
}

locals {
  host = keys(data.gpuhost_pci_devices.gpus.by_node)[0]

  # A card is chosen by its name, not by its address: that changes with the slot, a new disk or the BIOS.
  cards = {
    for vm, wish in var.vms : vm => [
      for unit in data.gpuhost_pci_devices.gpus.gpus : unit
      if unit.kind == "card" && can(regex(wish.gpu, coalesce(unit.name, unit.id)))
    ]
  }

  names = [for unit in data.gpuhost_pci_devices.gpus.gpus : coalesce(unit.name, unit.id)]
}

# Named for its VM, and passed on as a list: when the card moves, the plan changes the mapping and not the VM.
resource "proxmox_hardware_mapping_pci" "gpu" {
  for_each         = var.vms
  name             = "gpu-${each.key}"
  comment          = one(local.cards[each.key][*].name)
  mediated_devices = one(local.cards[each.key][*].mdev)
  map              = local.cards[each.key]

  lifecycle {
    precondition {
      condition     = length(local.cards[each.key]) == 1
      error_message = "${length(local.cards[each.key])} cards of ${local.host} fit \"${each.value.gpu}\", which has to be one. There are: ${join(", ", local.names)}."
    }

    precondition {
      condition = length(local.cards[each.key]) != 1 || alltrue([for card in local.cards[each.key] : coalesce(card.isolated, false)])
      error_message = join(" ", [
        for card in local.cards[each.key] : card.isolated == null
        ? "${card.path} is in no IOMMU group: switch the IOMMU on in the BIOS."
        : "${card.path} would take ${join(", ", card.group_peers)} of the host along."
      ])
    }
  }
}

resource "proxmox_virtual_environment_vm" "this" {
  for_each        = var.vms
  name            = each.key
  node_name       = local.host
  machine         = "q35"
  bios            = "ovmf"
  scsi_hardware   = "virtio-scsi-single"
  boot_order      = each.value.iso == null ? ["scsi0"] : ["scsi0", "ide3"]
  on_boot         = true
  stop_on_destroy = true

  cpu {
    cores = each.value.cores
    type  = "host"
  }

  # No `floating`: memory that comes and goes cannot be passed to a device.
  memory {
    dedicated = each.value.memory
  }

  efi_disk {
    datastore_id      = var.datastore
    type              = "4m"
    pre_enrolled_keys = false
  }

  disk {
    datastore_id = var.datastore
    interface    = "scsi0"
    size         = each.value.disk
  }

  dynamic "cdrom" {
    for_each = each.value.iso[*]
    content {
      file_id   = cdrom.value
      interface = "ide3"
    }
  }

  network_device {
    bridge = "vmbr0"
  }

  operating_system {
    type = "l26"
  }

  # A VM with a screen of its own has no other.
  dynamic "vga" {
    for_each = each.value.screen ? ["none"] : []
    content {
      type = vga.value
    }
  }

  # The name comes from the resource, so that the mapping is there before the VM is.
  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci(
      [proxmox_hardware_mapping_pci.gpu[each.key].name],
      each.value.screen ? { xvga = "true" } : {},
    )
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
      xvga    = hostpci.value.xvga
    }
  }

  lifecycle {
    # For a VM whose disk matters: nothing then removes it before this line is gone.
    # prevent_destroy = true
  }
}

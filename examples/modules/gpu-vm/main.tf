# A VM with GPUs, named by their mappings or by their addresses.

locals {
  # The mappings that each GPU may be: one by its name, or those with a card at its address.
  meant = {
    for gpu in var.gpus : gpu => [
      for name, mapping in var.mappings : name
      if name == gpu || contains(mapping.addresses, "${var.node_name}/${try(provider::gpuhost::path(gpu), gpu)}")
    ]
  }

  # Each once: the functions of a card are one device of the VM.
  chosen = distinct(flatten([for gpu in var.gpus : local.meant[gpu]]))

  hostpci_options = merge(
    var.primary_gpu ? { xvga = "true" } : {},
    var.mdev_type == null ? {} : { mdev = var.mdev_type },
  )
}

resource "proxmox_virtual_environment_vm" "this" {
  name          = var.name
  node_name     = var.node_name
  vm_id         = var.vm_id
  tags          = var.tags
  scsi_hardware = "virtio-scsi-single"
  boot_order    = var.iso == null ? ["scsi0"] : ["scsi0", "ide3"]

  # Passthrough on PCI Express needs q35, and today's cards need UEFI.
  machine = "q35"
  bios    = "ovmf"

  # A guest without an agent does not shut down when it is asked to.
  stop_on_destroy = true

  cpu {
    cores = var.cores
    type  = "host"
  }

  # No `floating`: memory that comes and goes cannot be passed to a device.
  memory {
    dedicated = var.memory
  }

  # Without Microsoft's keys drivers that nobody has signed load too.
  efi_disk {
    datastore_id      = var.datastore
    type              = "4m"
    pre_enrolled_keys = false
  }

  disk {
    datastore_id = var.datastore
    interface    = "scsi0"
    size         = var.disk_size
  }

  dynamic "cdrom" {
    for_each = var.iso[*]
    content {
      file_id   = cdrom.value
      interface = "ide3"
    }
  }

  network_device {
    bridge = var.bridge
  }

  operating_system {
    type = "l26"
  }

  dynamic "vga" {
    for_each = var.primary_gpu ? ["none"] : []
    content {
      type = vga.value
    }
  }

  # The names come from the mappings' output, so that the mappings are there before the VM is, and as long as it is.
  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci([for name in local.chosen : var.mappings[name].name], local.hostpci_options)
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      mdev    = hostpci.value.mdev
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
      xvga    = hostpci.value.xvga
    }
  }

  lifecycle {
    precondition {
      condition     = alltrue([for names in values(local.meant) : length(names) > 0])
      error_message = "${var.node_name} has no mapped GPU ${join(", ", [for gpu, names in local.meant : gpu if length(names) == 0])}. There are: ${join(", ", keys(var.mappings))}."
    }

    precondition {
      condition     = alltrue([for names in values(local.meant) : length(names) < 2])
      error_message = "More than one mapping has the address ${join(", ", [for gpu, names in local.meant : "${gpu}: ${join(", ", names)}" if length(names) > 1])}. Name the one that is meant."
    }

    precondition {
      condition = alltrue([for name in local.chosen : contains(var.mappings[name].nodes, var.node_name)])
      error_message = join(" ", [
        for name in local.chosen : "${name} has no card on ${var.node_name}, but on ${join(", ", var.mappings[name].nodes)}."
        if !contains(var.mappings[name].nodes, var.node_name)
      ])
    }
  }
}

# VMs that say how many GPUs they need: no address, no node, no id. A worker keeps what it has, whatever else changes.

module "discovery" {
  source     = "./discovery"
  vendor_ids = var.vendor_ids
  name_regex = var.name_regex
}

locals {
  # Worker => its node, and the names of its mappings.
  assigned = provider::gpuhost::assign(module.discovery.gpus, var.workers, {
    nodes         = var.nodes
    shared_groups = var.shared_groups
  })

  # One that needs none is on no node, and there is no VM.
  workers = { for name, worker in local.assigned : name => worker if length(worker.mappings) > 0 }
}

resource "proxmox_hardware_mapping_pci" "gpu" {
  for_each         = toset(flatten(values(local.workers)[*].mappings))
  name             = each.key
  comment          = module.discovery.mappings[each.key].comment
  mediated_devices = module.discovery.mappings[each.key].mediated_devices
  map              = module.discovery.mappings[each.key].map
}

# The name of a worker is that of its VM: by it `assign` knows what the worker has.
resource "proxmox_virtual_environment_vm" "worker" {
  for_each      = local.workers
  name          = each.key
  node_name     = each.value.node
  tags          = var.tags
  scsi_hardware = "virtio-scsi-single"
  boot_order    = var.iso == null ? ["scsi0"] : ["scsi0", "ide3"]

  # Passthrough on PCI Express needs q35, and today's cards need UEFI.
  machine = "q35"
  bios    = "ovmf"

  # A guest without an agent does not shut down when it is asked to.
  stop_on_destroy = true

  # Only `nodes` ever takes a worker to another node. With this it moves there, without it the VM would be made anew.
  migrate = true

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

  # The names come from the resource, so that the mappings are there before the VM is.
  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci([for name in each.value.mappings : proxmox_hardware_mapping_pci.gpu[name].name])
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }
}

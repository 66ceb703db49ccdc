# Takes PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN. A token may attach mapped devices only, hence the mappings.
provider "proxmox" {}

locals {
  # One mapping for every device of every VM, gpu-<vm>-<index>.
  gpu_mappings = merge([
    for vm_name, node_cfg in var.nodes : {
      for index, bdf in node_cfg.gpu_devices : "gpu-${vm_name}-${index}" => {
        node = node_cfg.host_node
        path = bdf
        meta = data.gpuhost_pci_devices.gpus.by_node[node_cfg.host_node][bdf]
      }
    }
  ]...)
}

resource "proxmox_hardware_mapping_pci" "gpu" {
  for_each = local.gpu_mappings
  name     = each.key
  map = [{
    node         = each.value.node
    path         = each.value.path
    id           = each.value.meta.id
    subsystem_id = each.value.meta.subsystem_id
    iommu_group  = each.value.meta.iommu_group
  }]
}

resource "proxmox_download_file" "talos" {
  for_each     = toset(distinct(values(var.nodes)[*].host_node))
  node_name    = each.key
  content_type = "iso"
  datastore_id = var.image_datastore
  file_name    = "talos-${var.talos_version}-nocloud-amd64.iso"
  url          = "https://factory.talos.dev/image/${var.talos_schematic}/${var.talos_version}/nocloud-amd64.iso"
  overwrite    = false
}

resource "proxmox_virtual_environment_vm" "talos" {
  for_each        = var.nodes
  name            = each.key
  node_name       = each.value.host_node
  tags            = ["kubernetes", each.value.machine_type]
  machine         = "q35"
  bios            = "ovmf"
  scsi_hardware   = "virtio-scsi-single"
  boot_order      = ["scsi0", "ide3"]
  stop_on_destroy = true

  cpu {
    cores = each.value.cpu
    type  = "host"
  }

  memory {
    dedicated = each.value.ram
  }

  efi_disk {
    datastore_id = var.datastore
  }

  disk {
    datastore_id = var.datastore
    interface    = "scsi0"
    size         = 20
  }

  cdrom {
    file_id   = proxmox_download_file.talos[each.value.host_node].id
    interface = "ide3"
  }

  network_device {
    bridge = "vmbr0"
  }

  operating_system {
    type = "l26"
  }

  dynamic "hostpci" {
    for_each = each.value.gpu_devices
    content {
      device  = "hostpci${hostpci.key}"
      mapping = proxmox_hardware_mapping_pci.gpu["gpu-${each.key}-${hostpci.key}"].name
      pcie    = true
      rombar  = true
    }
  }
}

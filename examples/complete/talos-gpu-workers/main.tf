# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN. A token may attach mapped devices only, hence the mappings.
provider "gpuhost" {}

provider "proxmox" {}

# Whole cards, and who uses them. A node that cannot be read is an error: what a worker has there would be given to it anew
# elsewhere.
data "gpuhost_pci_devices" "gpus" {
  classes           = ["gpu"]
  vendor_ids        = ["10de"]
  mdev              = false
  virtual_functions = false
  include_usage     = true
  results           = ["gpus", "mappings"]
}

locals {
  # Worker => its node, and the names of its mappings. What a worker has stays its.
  workers = provider::gpuhost::assign(data.gpuhost_pci_devices.gpus.gpus, var.workers, { nodes = var.nodes })

  # The image factory names an image by what was asked of it: the SHA-256 of the schematic as the factory itself writes it, with
  # four spaces. The file may be written otherwise.
  extensions = yamldecode(file("${path.module}/schematic.yaml")).customization.systemExtensions.officialExtensions
  schematic = sha256(join("", concat(
    ["customization:\n    systemExtensions:\n        officialExtensions:\n"],
    [for extension in local.extensions : "            - ${extension}\n"],
  )))
}

resource "proxmox_hardware_mapping_pci" "gpu" {
  for_each = toset(flatten(values(local.workers)[*].mappings))
  name     = each.key
  comment  = data.gpuhost_pci_devices.gpus.mappings[each.key].comment
  map      = data.gpuhost_pci_devices.gpus.mappings[each.key].map
}

resource "proxmox_download_file" "talos" {
  for_each     = toset(distinct(values(local.workers)[*].node))
  node_name    = each.key
  content_type = "iso"
  datastore_id = var.image_datastore
  file_name    = "talos-${var.talos_version}-nvidia-nocloud-amd64.iso"
  url          = "https://factory.talos.dev/image/${local.schematic}/${var.talos_version}/nocloud-amd64.iso"
  overwrite    = false
}

# The name of a worker is that of its VM: by it `assign` knows what the worker has.
resource "proxmox_virtual_environment_vm" "worker" {
  for_each        = local.workers
  name            = each.key
  node_name       = each.value.node
  tags            = ["gpu", "kubernetes", "worker"]
  machine         = "q35"
  bios            = "ovmf"
  scsi_hardware   = "virtio-scsi-single"
  boot_order      = ["scsi0", "ide3"]
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

  efi_disk {
    datastore_id = var.datastore
  }

  disk {
    datastore_id = var.datastore
    interface    = "scsi0"
    size         = var.disk_size
  }

  cdrom {
    file_id   = proxmox_download_file.talos[each.value.node].id
    interface = "ide3"
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

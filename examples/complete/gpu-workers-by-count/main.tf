# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.
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
}

locals {
  # Worker => its node, and the names of its mappings. What a worker has stays its.
  workers = provider::gpuhost::assign(data.gpuhost_pci_devices.gpus.gpus, var.workers, { nodes = var.nodes })
}

resource "proxmox_hardware_mapping_pci" "gpu" {
  for_each = toset(flatten(values(local.workers)[*].mappings))
  name     = each.key
  comment  = data.gpuhost_pci_devices.gpus.mappings[each.key].comment
  map      = data.gpuhost_pci_devices.gpus.mappings[each.key].map
}

# The name of a worker is that of its VM: by it `assign` knows what the worker has.
resource "proxmox_virtual_environment_vm" "worker" {
  for_each        = local.workers
  name            = each.key
  node_name       = each.value.node
  machine         = "q35"
  bios            = "ovmf"
  stop_on_destroy = true

  # Only `nodes` ever takes a worker to another node. With this it moves there, without it the VM would be made anew.
  migrate = true

  efi_disk {
    datastore_id = var.datastore
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

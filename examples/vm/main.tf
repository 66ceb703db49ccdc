terraform {
  required_version = ">= 1.10"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}

# Both take PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.
provider "gpuhost" {}

provider "proxmox" {}

# Cards of one model, not of one address: the mapping has a line for each of them, on every node.
data "gpuhost_pci_devices" "rtx3090" {
  classes    = ["gpu"]
  name_regex = "RTX 3090\\]"
  at_least   = 1
}

resource "proxmox_hardware_mapping_pci" "rtx3090" {
  name = "rtx3090"
  map  = data.gpuhost_pci_devices.rtx3090.gpus
}

resource "proxmox_virtual_environment_vm" "worker" {
  name      = "worker"
  node_name = data.gpuhost_pci_devices.rtx3090.gpus[0].node
  machine   = "q35"
  bios      = "ovmf"

  efi_disk {
    datastore_id = "local-lvm"
  }

  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci([proxmox_hardware_mapping_pci.rtx3090.name])
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }
}

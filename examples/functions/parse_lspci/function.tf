terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

locals {
  # Made on the host: lspci -nnv > pve1.lspci
  devices = provider::gpuhost::parse_lspci(file("${path.module}/pve1.lspci"))
}

# The host's own GPU and the one in its slot.
output "gpus" {
  value = { for device in local.devices : device.path => device.name if device.gpu }
}

# One function of the card, as `map` of proxmox_hardware_mapping_pci takes it, with the node, which lspci does not print.
output "map" {
  value = [
    for device in local.devices : merge(device, { node = "pve1" }) if device.id == "10de:2204"
  ]
}

# Without v lspci prints no groups. This prints them: find /sys/kernel/iommu_groups -type l
output "group" {
  value = one(provider::gpuhost::parse_lspci(
    "03:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:26b9] (rev a1)",
    "/sys/kernel/iommu_groups/50/devices/0000:03:00.0",
  )).iommu_group
}

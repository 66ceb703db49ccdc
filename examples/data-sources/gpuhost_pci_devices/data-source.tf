terraform {
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# Cards of one model, on whatever node and at whatever address. The plan fails when there is none.
data "gpuhost_pci_devices" "rtx3090" {
  classes    = ["gpu"]
  name_regex = "RTX 3090\\]"
  at_least   = 1
}

# Every GPU of the cluster; a node that is down is left out with a warning.
data "gpuhost_pci_devices" "gpus" {
  classes           = ["gpu"]
  unreachable_nodes = "warn"
}

# The NVMe drives of one node.
data "gpuhost_pci_devices" "nvme" {
  nodes   = ["pve1"]
  classes = ["0108"]
}

# Who uses the virtual functions of one card.
data "gpuhost_pci_devices" "virtual_functions" {
  nodes             = ["pve2"]
  physical_function = "0000:c1:00.0"
  include_usage     = true
}

# The units that a guest can get, ready for `map` of bpg's proxmox_hardware_mapping_pci.
output "rtx3090" {
  value = data.gpuhost_pci_devices.rtx3090.gpus
}

# The table that people otherwise keep by hand.
output "gpu_device_meta" {
  value = data.gpuhost_pci_devices.gpus.by_node
}

output "nvme_addresses" {
  value = data.gpuhost_pci_devices.nvme.devices[*].path
}

output "free_virtual_functions" {
  value = [for vf in data.gpuhost_pci_devices.virtual_functions.devices : vf.path if try(length(vf.used_by) == 0, false)]
}

terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# Every GPU and accelerator of the cluster. A member that is down is left out with a warning instead of an error.
data "gpuhost_pci_devices" "gpus" {
  classes           = ["gpu", "accelerator"]
  unreachable_nodes = "warn"
}

locals {
  units = data.gpuhost_pci_devices.gpus.gpus

  mapping_names = { for unit in local.units : unit.node => unit.mapping_name... }

  # The columns of the table, in their order.
  row = "%-6s %-14s %-9s %-9s %5s  %-8s  %-4s  %s"
}

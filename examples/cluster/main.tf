# Every GPU of a cluster, and what can be made of it. It reads, and makes nothing.

terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# The cluster of the environment: PROXMOX_VE_ENDPOINT, PROXMOX_VE_API_TOKEN, GPUHOST_CA_FILE and so on.
provider "gpuhost" {}

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

output "gpus" {
  description = "The units of passthrough as a table for reading."
  value = join("\n", concat(
    [format(local.row, "NODE", "PATH", "ID", "SUBSYSTEM", "GROUP", "ISOLATED", "KIND", "NAME")],
    [
      for unit in local.units : format(
        local.row,
        unit.node,
        unit.path,
        unit.id,
        unit.subsystem_id == null ? "-" : unit.subsystem_id,
        unit.iommu_group == null ? "-" : tostring(unit.iommu_group),
        unit.isolated == null ? "unknown" : unit.isolated ? "yes" : "no",
        unit.kind,
        unit.name == null ? "-" : unit.name,
      )
    ],
  ))
}

output "mappings" {
  description = "A mapping for every unit: what `for_each` of bpg's proxmox_hardware_mapping_pci takes."
  value       = data.gpuhost_pci_devices.gpus.mappings
}

output "pools" {
  description = "A mapping for every model over all nodes, for the same resource."
  value       = data.gpuhost_pci_devices.gpus.pools
}

output "hostpci" {
  description = "By node, the `hostpci` blocks of a VM that gets all its cards: the first sixteen, as a VM takes no more."
  value = {
    for node, names in local.mapping_names : node => provider::gpuhost::hostpci(slice(names, 0, min(16, length(names))))
  }
}

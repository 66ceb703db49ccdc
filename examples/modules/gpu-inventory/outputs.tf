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
  description = "The `hostpci` block of a VM that gets the unit, by mapping name."
  value = {
    for unit in local.units : unit.mapping_name => one(provider::gpuhost::hostpci([unit.mapping_name]))
  }
}

# A mapping for each GPU of the cluster, or for each model, with what the hosts report: nothing is copied from lspci.

module "discovery" {
  source         = "./discovery"
  classes        = var.classes
  vendor_ids     = var.vendor_ids
  name_regex     = var.name_regex
  nodes          = var.nodes
  mapping_prefix = var.mapping_prefix
}

locals {
  # Cards and virtual functions that get no mapping, and why: a VM on one would do harm or not start.
  left_out = {
    for unit in module.discovery.gpus : "${unit.node}/${unit.path}" => (
      unit.kind == "pf" ? "its virtual functions would be gone" :
      unit.isolated == null ? "it is in no IOMMU group" :
      "it is in one IOMMU group with ${join(", ", unit.group_peers)}"
    )
    if unit.kind == "pf" || unit.isolated == null || !(coalesce(unit.isolated, false) || var.shared_groups)
  }

  # The addresses of all functions of a unit, by the unit's own.
  addresses = {
    for unit in module.discovery.gpus : "${unit.node}/${unit.path}" => [
      for path in distinct(concat([unit.path], unit.functions)) : "${unit.node}/${path}"
    ]
  }

  wanted = merge(
    { for name, mapping in module.discovery.mappings : name => mapping if var.per == "card" },
    { for name, pool in module.discovery.pools : name => pool if var.per == "model" },
  )

  lines = {
    for name, mapping in local.wanted : name => [
      for line in mapping.map : line if !contains(keys(local.left_out), "${line.node}/${line.path}")
    ]
  }
}

# The keys are the whole names: a mapping cannot be renamed, only made anew.
resource "proxmox_hardware_mapping_pci" "gpu" {
  for_each         = { for name, lines in local.lines : name => lines if length(lines) > 0 }
  name             = each.key
  comment          = local.wanted[each.key].comment
  mediated_devices = local.wanted[each.key].mediated_devices
  map              = each.value
}

output "mappings" {
  description = "Mapping => its `name`, the `nodes` that it has cards on, and the `addresses` of these as NODE/ADDRESS. VMs that take the name from here wait for the mapping."
  value = {
    for key, mapping in proxmox_hardware_mapping_pci.gpu : key => {
      name      = mapping.name
      nodes     = sort(distinct(local.lines[key][*].node))
      addresses = flatten([for line in local.lines[key] : local.addresses["${line.node}/${line.path}"]])
    }
  }
}

output "left_out" {
  description = "NODE/ADDRESS of each card that got no mapping => why."
  value       = local.left_out
}

output "functions" {
  description = "By mapping, the virtual functions of which a guest gets one."
  value = {
    for model in keys(proxmox_hardware_mapping_pci.model) : model => [for line in local.models[model].map : "${line.node}/${line.path}"]
  }
}

# What is read from the hosts, in a module of its own: a test of the module above puts values in its place, which reach nested
# attributes so under Terraform 1.11 as well.

terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source  = "registry.opentofu.org/gpuhost/gpuhost"
      version = ">= 0.2.0"
    }
  }
}

variable "classes" {
  description = "Classes of device."
  type        = list(string)
}

variable "vendor_ids" {
  description = "Whose cards; null for all."
  type        = list(string)
}

variable "name_regex" {
  description = "Which cards, by their names; null for all."
  type        = string
}

variable "nodes" {
  description = "The nodes to read; null for all."
  type        = list(string)
}

variable "mapping_prefix" {
  description = "What the names of mappings begin with."
  type        = string
}

# A node that cannot be read is an error: without it its mappings would be planned for destruction.
data "gpuhost_pci_devices" "gpus" {
  classes        = var.classes
  vendor_ids     = var.vendor_ids
  name_regex     = var.name_regex
  nodes          = var.nodes
  mapping_prefix = var.mapping_prefix
  results        = ["gpus", "mappings", "pools"]
}

output "gpus" {
  description = "The units of passthrough: cards and virtual functions."
  value       = data.gpuhost_pci_devices.gpus.gpus
}

output "mappings" {
  description = "The mapping of every unit, by its name."
  value       = data.gpuhost_pci_devices.gpus.mappings
}

output "pools" {
  description = "The mapping of every model over all nodes, by its name."
  value       = data.gpuhost_pci_devices.gpus.pools
}

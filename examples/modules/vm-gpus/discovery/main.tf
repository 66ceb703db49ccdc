# What is read from the hosts, in a module of its own: a test of the module above puts values in its place, which reach nested
# attributes so under Terraform 1.11 as well.

terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

variable "nodes" {
  description = "The nodes to read."
  type        = list(string)
}

data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]
  nodes   = var.nodes
  results = ["by_node", "mappings"]
}

output "by_node" {
  description = "Node => address => ids, group and the name of the mapping."
  value       = data.gpuhost_pci_devices.gpus.by_node
}

output "mappings" {
  description = "The mapping of every card, by its name."
  value       = data.gpuhost_pci_devices.gpus.mappings
}

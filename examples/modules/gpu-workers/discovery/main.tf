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

variable "vendor_ids" {
  description = "Whose cards."
  type        = list(string)
}

variable "name_regex" {
  description = "Which cards, by their names; null for all."
  type        = string
}

# Every node is read, and an error when one cannot be: what a worker has there would be given to it anew elsewhere.
data "gpuhost_pci_devices" "gpus" {
  classes           = ["gpu"]
  vendor_ids        = var.vendor_ids
  name_regex        = var.name_regex
  mdev              = false
  virtual_functions = false
  include_usage     = true
  results           = ["gpus", "mappings"]
}

output "gpus" {
  description = "The cards, and who uses them."
  value       = data.gpuhost_pci_devices.gpus.gpus
}

output "mappings" {
  description = "The mapping of every card, by its name."
  value       = data.gpuhost_pci_devices.gpus.mappings
}

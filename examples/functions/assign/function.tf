terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# Only whole cards. Who uses them is read too, so that each guest keeps what it has.
data "gpuhost_pci_devices" "gpus" {
  classes           = ["gpu"]
  vendor_ids        = ["10de"]
  mdev              = false
  virtual_functions = false
  include_usage     = true
}

# {
#   worker-1 = { node = "twin-1", mappings = ["gpu-twin-1-01-00", "gpu-twin-1-02-00"] }
#   worker-2 = { node = "twin-1", mappings = ["gpu-twin-1-03-00"] }
# }
output "workers" {
  value = provider::gpuhost::assign(data.gpuhost_pci_devices.gpus.gpus, { worker-1 = 2, worker-2 = 1 })
}

# worker-2 has to be on a node: { node = "twin-2", mappings = ["gpu-twin-2-01-00"] }.
output "on_a_node" {
  value = provider::gpuhost::assign(data.gpuhost_pci_devices.gpus.gpus, { worker-2 = 1 }, { nodes = { worker-2 = "twin-2" } })
}

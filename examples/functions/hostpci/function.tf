terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# [
#   { device = "hostpci0", mapping = "gpu-pve1-01-00", pcie = true, rombar = true },
#   { device = "hostpci1", mapping = "gpu-pve1-02-00", pcie = true, rombar = true },
# ]
output "q35" {
  value = provider::gpuhost::hostpci(["gpu-pve1-01-00", "gpu-pve1-02-00"])
}

# The machine type i440fx has no PCI Express.
output "i440fx" {
  value = provider::gpuhost::hostpci(["gpu-pve1-01-00"], { pcie = false })
}

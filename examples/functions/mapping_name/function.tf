terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# "gpu-pve1-03-00"
output "card" {
  value = provider::gpuhost::mapping_name("pve1", "0000:03:00")
}

# "vgpu-pve2-c1-00-4"
output "virtual_function" {
  value = provider::gpuhost::mapping_name("pve2", "0000:c1:00.4", "vgpu")
}

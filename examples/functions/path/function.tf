terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# "0000:03:00.0"
output "address" {
  value = provider::gpuhost::path("03:00.0")
}

# "10000:e1:00"
output "slot_in_another_domain" {
  value = provider::gpuhost::path("10000:E1:00")
}

terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}

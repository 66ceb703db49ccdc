terraform {
  required_version = ">= 1.10"
  required_providers {
    gpuhost = {
      source  = "registry.opentofu.org/gpuhost/gpuhost"
      version = "~> 0.2"
    }
    proxmox = {
      source  = "bpg/proxmox"
      version = "~> 0.111.1"
    }
  }
}

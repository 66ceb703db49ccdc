terraform {
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# By address: what one virtual function of a vGPU card can make.
data "gpuhost_mdev_types" "vgpu" {
  node = "pve2"
  path = "0000:c1:00.4"
}

# By mapping, from Proxmox VE 8.0 on; domains of more than four digits need 8.3.
data "gpuhost_mdev_types" "igpu" {
  node    = "pve1"
  mapping = "igd-mdev"
}

# Values for `mdev` of a hostpci block: the types of which some are left.
output "vgpus_left" {
  value = { for type in data.gpuhost_mdev_types.vgpu.types : type.type => type.available if type.available > 0 }
}

output "igpu_types" {
  value = data.gpuhost_mdev_types.igpu.types[*].type
}

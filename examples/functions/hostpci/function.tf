terraform {
  required_version = ">= 1.7"
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# [
#   { device = "hostpci0", mapping = "gpu-pve1-01-00", pcie = true, rombar = true, mdev = null, rom_file = null, xvga = null },
#   { device = "hostpci1", mapping = "gpu-pve1-02-00", pcie = true, rombar = true, mdev = null, rom_file = null, xvga = null },
# ]
output "q35" {
  value = provider::gpuhost::hostpci(["gpu-pve1-01-00", "gpu-pve1-02-00"])
}

# The machine type i440fx has no PCI Express.
output "i440fx" {
  value = provider::gpuhost::hostpci(["gpu-pve1-01-00"], { pcie = false })
}

# A part of a card, of a type that gpuhost_mdev_types lists.
output "mediated" {
  value = provider::gpuhost::hostpci(["gpu-pve1-03-00"], { mdev = "nvidia-259" })
}

# A desktop on the first card, with a ROM file in /usr/share/kvm of the node.
output "desktop" {
  value = provider::gpuhost::hostpci(["gpu-pve1-01-00", "gpu-pve1-02-00"], { rom_file = "vbios.rom", xvga = true })
}

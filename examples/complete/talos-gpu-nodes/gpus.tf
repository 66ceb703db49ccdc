provider "gpuhost" {}

# What the table gpu_device_meta was written down for, read from the hosts.
data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]
  nodes   = distinct(values(var.nodes)[*].host_node)

  lifecycle {
    postcondition {
      condition = alltrue(flatten([
        for vm in var.nodes : [for bdf in vm.gpu_devices : can(self.by_node[vm.host_node][bdf])]
      ]))
      error_message = "There is no GPU at ${join(", ", flatten([
        for vm in var.nodes : [for bdf in vm.gpu_devices : "${vm.host_node} ${bdf}" if !can(self.by_node[vm.host_node][bdf])]
      ]))}. Addresses are written in full and in lower case, such as 0000:03:00.0."
    }

    # The table has no column for it, but Proxmox compares this too.
    postcondition {
      condition = !anytrue([
        for device in self.devices : device.mdev && contains(flatten([
          for vm in var.nodes : [for bdf in vm.gpu_devices : "${vm.host_node} ${bdf}"]
        ]), "${device.node} ${device.path}")
      ])
      error_message = "One of the gpu_devices offers mediated devices: its mapping needs mediated_devices = true."
    }
  }
}

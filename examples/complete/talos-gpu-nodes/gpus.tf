provider "gpuhost" {}

# What the table gpu_device_meta was written down for, read from the hosts.
data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]
  nodes   = distinct(values(var.nodes)[*].host_node)
}

# A cluster of two nodes: the configuration is for one host.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

override_data {
  target = data.gpuhost_pci_devices.gpus
  values = {
    by_node = { pve1 = {}, pve2 = {} }
    gpus    = []
  }
}

run "one_of_several_nodes_has_to_be_named" {
  command = plan

  expect_failures = [data.gpuhost_pci_devices.gpus]
}

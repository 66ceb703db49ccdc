# A host on which nobody has made virtual functions.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

override_data {
  target = data.gpuhost_pci_devices.functions
  values = {
    devices = []
    pools   = {}
  }
}

run "functions_that_nobody_has_made_are_an_error" {
  command = plan

  expect_failures = [data.gpuhost_pci_devices.functions]
}

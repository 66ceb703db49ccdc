# Tests the configuration without a Proxmox host: both providers are mocks, and what would be read stands here. For OpenTofu:
# Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

override_data {
  target = data.gpuhost_pci_devices.gpus
  values = {
    gpus = [
      {
        mapping_name = "gpu-pve1-01-00", kind = "card", node = "pve1", path = "0000:01:00", id = "10de:2204", iommu_group = 14, iommu_groups = [14], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:01:00.0", "0000:01:00.1"], isolated = true, group_peers = [], name = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
      },
      {
        mapping_name = "gpu-pve1-02-00", kind = "card", node = "pve1", path = "0000:02:00", id = "10de:2204", iommu_group = 15, iommu_groups = [15], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:02:00.0", "0000:02:00.1"], isolated = false, group_peers = ["0000:03:00.0"], name = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
      },
    ]
    by_node = { pve1 = {} }
  }
}

override_data {
  target = data.gpuhost_pci_devices.everything
  values = {
    devices = [
      { node = "pve1", path = "0000:01:00.0", id = "10de:2204", iommu_group = 14, name = null, subsystem_id = null, mdev = false, gpu = true, class = "030000", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
      { node = "pve1", path = "0000:01:00.1", id = "10de:1aef", iommu_group = 14, name = null, subsystem_id = null, mdev = false, gpu = false, class = "040300", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
      { node = "pve1", path = "0000:02:00.0", id = "10de:2204", iommu_group = 15, name = null, subsystem_id = null, mdev = false, gpu = true, class = "030000", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
      { node = "pve1", path = "0000:02:00.1", id = "10de:1aef", iommu_group = 15, name = null, subsystem_id = null, mdev = false, gpu = false, class = "040300", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
      { node = "pve1", path = "0000:03:00.0", id = "144d:a808", iommu_group = 15, name = "Samsung NVMe SSD", subsystem_id = null, mdev = false, gpu = false, class = "010802", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
    ]
  }
}

run "to_try_it_out_no_group_takes_anything_along" {
  command = plan

  assert {
    condition     = keys(proxmox_virtual_environment_vm.guest) == ["pve1-group-14"]
    error_message = "The other group has a disk in it."
  }

  assert {
    condition     = output.taken["pve1-group-15"][0] == "pve1/0000:03:00.0"
    error_message = "What a group would take is told."
  }
}

run "a_guest_gets_all_of_the_group_that_is_spare" {
  command = plan

  variables {
    guests = { render = "gpu-pve1-02-00" }
    spare  = ["pve1/0000:03:00.0"]
  }

  assert {
    condition     = join(" ", proxmox_virtual_environment_vm.guest["render"].hostpci[*].mapping) == "gpu-pve1-02-00 peer-pve1-03-00"
    error_message = "The disk goes with the card."
  }
}

run "a_group_with_something_that_is_not_spare_is_an_error" {
  command = plan

  variables {
    guests = { render = "gpu-pve1-02-00" }
  }

  expect_failures = [proxmox_virtual_environment_vm.guest["render"]]
}

run "a_card_that_is_not_there_is_an_error" {
  command = plan

  variables {
    guests = { render = "gpu-pve1-09-00" }
  }

  expect_failures = [data.gpuhost_pci_devices.gpus]
}

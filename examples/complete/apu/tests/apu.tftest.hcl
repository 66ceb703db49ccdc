# Tests the configuration without a Proxmox host: both providers are mocks, and what would be read stands here. For OpenTofu:
# Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

override_data {
  target = data.gpuhost_pci_devices.gpus
  values = {
    gpus = [
      {
        mapping_name = "gpu-pve1-c6-00", kind = "card", node = "pve1", path = "0000:c6:00.0", id = "1002:1900", iommu_group = 21, iommu_groups = [21], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:c6:00.0", "0000:c6:00.1"], isolated = true, group_peers = [], name = "Advanced Micro Devices, Inc. [AMD/ATI] Phoenix3"
      },
      {
        mapping_name = "gpu-pve2-04-00", kind = "card", node = "pve2", path = "0000:04:00.0", id = "1002:15dd", iommu_group = 3, iommu_groups = [3], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:04:00.0", "0000:04:00.1"], isolated = false, group_peers = ["0000:04:00.3"], name = null
      },
      {
        mapping_name = "gpu-pve3-03-00", kind = "card", node = "pve3", path = "0000:03:00", id = "1002:73bf", iommu_group = 9, iommu_groups = [9], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:03:00.0", "0000:03:00.1"], isolated = true, group_peers = [], name = null
      },
    ]
    by_node = { pve1 = {}, pve2 = {}, pve3 = {} }
  }
}

override_data {
  target = data.gpuhost_pci_devices.everything
  values = {
    devices = [
      { node = "pve1", path = "0000:c6:00.0", id = "1002:1900", iommu_group = 21, name = null, subsystem_id = null, mdev = false, gpu = true, class = "030000", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
      { node = "pve1", path = "0000:c6:00.1", id = "1002:1640", iommu_group = 22, name = null, subsystem_id = null, mdev = false, gpu = false, class = "040300", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
      { node = "pve1", path = "0000:c6:00.3", id = "1022:15b9", iommu_group = 24, name = "USB", subsystem_id = null, mdev = false, gpu = false, class = "0c0330", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
      { node = "pve2", path = "0000:04:00.0", id = "1002:15dd", iommu_group = 3, name = null, subsystem_id = null, mdev = false, gpu = true, class = "030000", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
      { node = "pve2", path = "0000:04:00.1", id = "1002:15de", iommu_group = 3, name = null, subsystem_id = null, mdev = false, gpu = false, class = "040300", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
      { node = "pve2", path = "0000:04:00.3", id = "1022:15e0", iommu_group = 3, name = null, subsystem_id = null, mdev = false, gpu = false, class = "0c0330", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
      { node = "pve3", path = "0000:03:00.0", id = "1002:73bf", iommu_group = 9, name = null, subsystem_id = null, mdev = false, gpu = true, class = "030000", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
      { node = "pve3", path = "0000:03:00.1", id = "1002:ab28", iommu_group = 9, name = null, subsystem_id = null, mdev = false, gpu = false, class = "040300", subsystem_name = null, physical_function = null, virtual_functions = [], used_by = null },
    ]
  }
}

run "a_guest_gets_gpu_and_sound_and_no_usb" {
  command = plan

  variables {
    guests = { desktop = "pve1" }
  }

  assert {
    condition     = join(" ", proxmox_virtual_environment_vm.guest["desktop"].hostpci[*].mapping) == "gpu-pve1-c6-00 sound-pve1-c6-00-1"
    error_message = "Both functions have a mapping of their own."
  }

  assert {
    condition     = join(" ", flatten([for mapping in proxmox_hardware_mapping_pci.function : mapping.map[*].path])) == "0000:c6:00.0 0000:c6:00.1"
    error_message = "No mapping takes the whole slot."
  }

  assert {
    condition     = join(" ", output.stays_with_the_host["pve1"]) == "0000:c6:00.3 USB"
    error_message = "What stays is told."
  }
}

run "to_try_it_out_only_isolated_gpus_of_processors_are_given" {
  command = plan

  assert {
    condition     = keys(proxmox_virtual_environment_vm.guest) == ["guest-pve1"]
    error_message = "pve2 would lose its USB, and pve3 has a graphics card."
  }
}

run "files_with_firmware_go_to_their_functions" {
  command = plan

  variables {
    guests         = { desktop = "pve1" }
    rom_file       = "vbios_1900.bin"
    sound_rom_file = "AMDGopDriver.rom"
  }

  assert {
    condition     = join(" ", proxmox_virtual_environment_vm.guest["desktop"].hostpci[*].rom_file) == "vbios_1900.bin AMDGopDriver.rom"
    error_message = "Each has its own."
  }
}

run "a_gpu_that_is_not_isolated_is_an_error" {
  command = plan

  variables {
    guests = { desktop = "pve2" }
  }

  expect_failures = [proxmox_virtual_environment_vm.guest["desktop"]]
}

run "a_node_without_such_a_processor_is_an_error" {
  command = plan

  variables {
    guests = { desktop = "pve3" }
  }

  expect_failures = [proxmox_virtual_environment_vm.guest["desktop"]]
}

run "a_node_for_two_guests_is_an_error" {
  command = plan

  variables {
    guests = { desktop = "pve1", games = "pve1" }
  }

  expect_failures = [var.guests]
}

run "a_name_that_no_vm_can_have_is_an_error" {
  command = plan

  variables {
    guests = { "my box" = "pve1" }
  }

  expect_failures = [var.guests]
}

# Tests the configuration without a Proxmox host: both providers are mocks, and what would be read stands here. For OpenTofu:
# Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

override_data {
  target = data.gpuhost_pci_devices.gpus
  values = {
    gpus = [
      {
        mapping_name = "gpu-pve1-00-02", kind = "card", node = "pve1", path = "0000:00:02.0", id = "8086:a780", iommu_group = 2, iommu_groups = [2], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:00:02.0"], isolated = true, group_peers = [], name = "Intel Corporation Raptor Lake-S GT1 [UHD Graphics 770]"
      },
      {
        mapping_name = "gpu-pve1-01-00", kind = "card", node = "pve1", path = "0000:01:00", id = "10de:2684", iommu_group = 14, iommu_groups = [14], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:01:00.0", "0000:01:00.1"], isolated = true, group_peers = [], name = "NVIDIA Corporation AD102 [GeForce RTX 4090]"
      },
      {
        mapping_name = "gpu-pve1-04-00", kind = "card", node = "pve1", path = "0000:04:00", id = "10de:2204", iommu_group = 4, iommu_groups = [4], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:04:00.0", "0000:04:00.1"], isolated = false, group_peers = ["0000:03:00.0"], name = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
      },
    ]
    by_node = { pve1 = {} }
  }
}

run "each_vm_has_its_card_by_name" {
  command = plan

  assert {
    condition     = { for name, mapping in proxmox_hardware_mapping_pci.gpu : name => one(mapping.map).path } == { desktop = "0000:01:00", media = "0000:00:02.0" }
    error_message = "The mapping is named for the VM, and holds the card."
  }

  assert {
    condition     = one(proxmox_virtual_environment_vm.this["desktop"].hostpci).xvga && one(proxmox_virtual_environment_vm.this["desktop"].vga).type == "none"
    error_message = "The desktop's only screen is the monitor on its card."
  }
}

run "a_name_that_fits_two_cards_is_an_error" {
  command = plan

  variables {
    vms = { desktop = { gpu = "GeForce" } }
  }

  expect_failures = [proxmox_hardware_mapping_pci.gpu["desktop"]]
}

run "a_name_that_fits_no_card_is_an_error" {
  command = plan

  variables {
    vms = { desktop = { gpu = "RTX 3050" } }
  }

  expect_failures = [proxmox_hardware_mapping_pci.gpu["desktop"]]
}

run "a_card_that_is_not_isolated_is_an_error" {
  command = plan

  variables {
    vms = { desktop = { gpu = "RTX 3090" } }
  }

  expect_failures = [proxmox_hardware_mapping_pci.gpu["desktop"]]
}

run "a_card_for_two_vms_is_an_error" {
  command = plan

  variables {
    vms = { desktop = { gpu = "RTX 4090" }, games = { gpu = "RTX 4090" } }
  }

  expect_failures = [var.vms]
}

run "a_name_that_no_vm_can_have_is_an_error" {
  command = plan

  variables {
    vms = { "my box" = { gpu = "RTX 4090" } }
  }

  expect_failures = [var.vms]
}

run "a_pattern_that_is_none_is_an_error" {
  command = plan

  variables {
    vms = { desktop = { gpu = "RTX (4090" } }
  }

  expect_failures = [var.vms]
}

run "a_vm_without_memory_is_an_error" {
  command = plan

  variables {
    vms = { desktop = { gpu = "RTX 4090", memory = 16 } }
  }

  expect_failures = [var.vms]
}

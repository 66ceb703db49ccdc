# Tests the configuration without a Proxmox host: both providers are mocks, and what would be read stands here. For OpenTofu:
# Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

override_data {
  target = data.gpuhost_pci_devices.gpus
  values = {
    gpus = [
      {
        mapping_name = "gpu-pve1-10de-2204-0", kind = "card", node = "pve1", path = "0000:01:00", id = "10de:2204", iommu_group = 14, iommu_groups = [14], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:01:00.0", "0000:01:00.1"], isolated = true, group_peers = [], name = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
      },
      {
        mapping_name = "gpu-pve1-10de-2204-1", kind = "card", node = "pve1", path = "0000:02:00", id = "10de:2204", iommu_group = 15, iommu_groups = [15], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:02:00.0", "0000:02:00.1"], isolated = true, group_peers = [], name = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
      },
      {
        mapping_name = "gpu-pve1-1002-73bf-0", kind = "card", node = "pve1", path = "0000:03:00", id = "1002:73bf", iommu_group = 16, iommu_groups = [16], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:03:00.0", "0000:03:00.1"], isolated = true, group_peers = [], name = null
      },
    ]
    mappings = {
      gpu-pve1-10de-2204-0 = {
        comment = "NVIDIA Corporation GA102 [GeForce RTX 3090]", kind = "card", mediated_devices = false, node = "pve1"
        map     = [{ comment = null, id = "10de:2204", iommu_group = 14, node = "pve1", path = "0000:01:00", subsystem_id = "1462:3884" }]
      }
      gpu-pve1-10de-2204-1 = {
        comment = "NVIDIA Corporation GA102 [GeForce RTX 3090]", kind = "card", mediated_devices = false, node = "pve1"
        map     = [{ comment = null, id = "10de:2204", iommu_group = 15, node = "pve1", path = "0000:02:00", subsystem_id = "1462:3884" }]
      }
      gpu-pve1-1002-73bf-0 = {
        comment = "NVIDIA Corporation GA102 [GeForce RTX 3090]", kind = "card", mediated_devices = false, node = "pve1"
        map     = [{ comment = null, id = "1002:73bf", iommu_group = 16, node = "pve1", path = "0000:03:00", subsystem_id = "1462:3884" }]
      }
    }
  }
}

override_data {
  target = data.gpuhost_pci_mappings.written
  values = {
    # What somebody has written by hand, with a digit that is wrong.
    mappings = {
      gpu-pve1-1002-73bf-0 = {
        comment = null, mediated_devices = false, live_migration = false, valid = false, repaired = null
        entries = []
        nodes = {
          pve1 = {
            status = "invalid", suggestion = null
            problems = [{
              path    = "0000:03:00", property = "id", configured = "1002:73bd", actual = "1002:73bf"
              message = "'id' does not match for 'gpu-pve1-1002-73bf-0' (1002:73bf != 1002:73bd)"
            }]
          }
        }
      }
    }
  }
}

run "to_try_it_out_each_twin_has_a_guest" {
  command = plan

  assert {
    condition     = keys(proxmox_virtual_environment_vm.guest) == ["guest-gpu-pve1-10de-2204-0", "guest-gpu-pve1-10de-2204-1"]
    error_message = "A card that its node has once is no twin."
  }
}

run "a_mapping_holds_the_address_that_tells_the_twins_apart" {
  command = plan

  variables {
    guests = { left = "gpu-pve1-10de-2204-0", right = "gpu-pve1-10de-2204-1" }
  }

  assert {
    condition     = { for name, mapping in proxmox_hardware_mapping_pci.card : name => one(mapping.map).path } == { gpu-pve1-10de-2204-0 = "0000:01:00", gpu-pve1-10de-2204-1 = "0000:02:00" }
    error_message = "Each twin has a mapping of its own."
  }
}

run "a_mapping_that_does_not_fit_is_told" {
  command = plan

  variables {
    guests = { left = "gpu-pve1-1002-73bf-0" }
  }

  expect_failures = [check.mappings_fit_the_hardware]
}

run "a_card_that_is_not_there_is_an_error" {
  command = plan

  variables {
    guests = { left = "gpu-pve1-10de-2204-7" }
  }

  expect_failures = [data.gpuhost_pci_devices.gpus]
}

run "a_card_for_two_guests_is_an_error" {
  command = plan

  variables {
    guests = { left = "gpu-pve1-10de-2204-0", right = "gpu-pve1-10de-2204-0" }
  }

  expect_failures = [var.guests]
}

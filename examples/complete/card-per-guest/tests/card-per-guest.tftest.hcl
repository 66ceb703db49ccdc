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
    mappings = {
      gpu-pve1-01-00 = {
        comment = "NVIDIA Corporation GA102 [GeForce RTX 3090]", kind = "card", mediated_devices = false, node = "pve1"
        map     = [{ comment = null, id = "10de:2204", iommu_group = 14, node = "pve1", path = "0000:01:00", subsystem_id = "1462:3884" }]
      }
      gpu-pve1-02-00 = {
        comment = "NVIDIA Corporation GA102 [GeForce RTX 3090]", kind = "card", mediated_devices = false, node = "pve1"
        map     = [{ comment = null, id = "10de:2204", iommu_group = 15, node = "pve1", path = "0000:02:00", subsystem_id = "1462:3884" }]
      }
    }
  }
}

run "a_guest_has_its_card" {
  command = plan

  variables {
    guests = { render = "gpu-pve1-01-00" }
  }

  assert {
    condition     = one(proxmox_virtual_environment_vm.guest["render"].hostpci).mapping == "gpu-pve1-01-00" && proxmox_virtual_environment_vm.guest["render"].node_name == "pve1"
    error_message = "The VM is on the node of its card, and names its mapping."
  }

  assert {
    condition     = one(proxmox_hardware_mapping_pci.card["gpu-pve1-01-00"].map).path == "0000:01:00"
    error_message = "The mapping passes the whole card."
  }
}

run "to_try_it_out_only_isolated_cards_are_given" {
  command = plan

  assert {
    condition     = keys(proxmox_virtual_environment_vm.guest) == ["guest-gpu-pve1-01-00"]
    error_message = "A guest on the other card would take a disk along."
  }
}

run "a_card_that_is_not_isolated_is_an_error" {
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

run "a_card_for_two_guests_is_an_error" {
  command = plan

  variables {
    guests = { render = "gpu-pve1-01-00", games = "gpu-pve1-01-00" }
  }

  expect_failures = [var.guests]
}

run "a_name_that_no_vm_can_have_is_an_error" {
  command = plan

  variables {
    guests = { "my box" = "gpu-pve1-01-00" }
  }

  expect_failures = [var.guests]
}

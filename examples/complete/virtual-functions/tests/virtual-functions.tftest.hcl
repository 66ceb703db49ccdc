# Tests the configuration without a Proxmox host: both providers are mocks, and what would be read stands here. For OpenTofu:
# Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

override_data {
  target = data.gpuhost_pci_devices.functions
  values = {
    pools = {
      gpu-8086-56c0-vf = {
        comment = null, mediated_devices = false
        map = [
          { comment = null, id = "8086:56c0", iommu_group = 41, node = "pve1", path = "0000:a4:00.1", subsystem_id = "1462:3884" },
          { comment = null, id = "8086:56c0", iommu_group = 42, node = "pve1", path = "0000:a4:00.2", subsystem_id = "1462:3884" },
          { comment = null, id = "8086:56c0", iommu_group = 43, node = "pve1", path = "0000:a4:00.3", subsystem_id = "1462:3884" },
        ]
      }
      gpu-10de-26b9-vf-mdev = {
        comment = null, mediated_devices = true
        map     = [{ comment = null, id = "10de:26b9", iommu_group = 60, node = "pve2", path = "0000:c1:00.4", subsystem_id = "1462:3884" }]
      }
    }
  }
}

run "to_try_it_out_two_guests_share_a_card" {
  command = plan

  assert {
    condition     = join(" ", keys(proxmox_virtual_environment_vm.guest)) == "gpu-10de-26b9-vf-mdev-pve2-0 gpu-8086-56c0-vf-pve1-0 gpu-8086-56c0-vf-pve1-1"
    error_message = "Each model and node has up to two."
  }

  assert {
    condition     = one(proxmox_virtual_environment_vm.guest["gpu-10de-26b9-vf-mdev-pve2-0"].hostpci).mdev == "nvidia-1155"
    error_message = "A function with types gets one."
  }
}

run "a_guest_names_the_model_and_no_address" {
  command = plan

  variables {
    guests = { a = { node = "pve1", mapping = "gpu-8086-56c0-vf" } }
  }

  assert {
    condition     = length(proxmox_hardware_mapping_pci.model["gpu-8086-56c0-vf"].map) == 3
    error_message = "Proxmox has all functions to choose from."
  }
}

run "a_node_without_such_functions_is_an_error" {
  command = plan

  variables {
    guests = { a = { node = "pve2", mapping = "gpu-8086-56c0-vf" } }
  }

  expect_failures = [proxmox_virtual_environment_vm.guest["a"]]
}

run "a_model_that_is_not_there_is_an_error" {
  command = plan

  variables {
    guests = { a = { node = "pve1", mapping = "gpu-8086-56c1-vf" } }
  }

  expect_failures = [data.gpuhost_pci_devices.functions]
}

run "a_name_that_no_vm_can_have_is_an_error" {
  command = plan

  variables {
    guests = { "my box" = { node = "pve1", mapping = "gpu-8086-56c0-vf" } }
  }

  expect_failures = [var.guests]
}

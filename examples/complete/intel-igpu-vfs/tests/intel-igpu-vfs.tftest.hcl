# Tests the configuration without a Proxmox host: both providers are mocks, and what would be read stands here. For OpenTofu:
# Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

override_data {
  target = data.gpuhost_pci_devices.functions
  values = {
    pools = {
      gpu-8086-46d3-vf = {
        comment = null, mediated_devices = false
        map = [
          { comment = null, id = "8086:46d3", iommu_group = 22, node = "pve1", path = "0000:00:02.1", subsystem_id = "8086:7270" },
          { comment = null, id = "8086:46d3", iommu_group = 23, node = "pve1", path = "0000:00:02.2", subsystem_id = "8086:7270" },
        ]
      }
    }
    devices = [
      { node = "pve1", path = "0000:00:02.1", id = "8086:46d3", iommu_group = 22, name = null, subsystem_id = null, mdev = false, gpu = true, class = "030000", subsystem_name = null, physical_function = "0000:00:02.0", virtual_functions = [], used_by = null },
      { node = "pve1", path = "0000:00:02.2", id = "8086:46d3", iommu_group = 23, name = null, subsystem_id = null, mdev = false, gpu = true, class = "030000", subsystem_name = null, physical_function = "0000:00:02.0", virtual_functions = [], used_by = null },
    ]
  }
}

run "guests_share_the_graphics" {
  command = plan

  variables {
    guests = { jellyfin = "pve1", desktop = "pve1" }
  }

  assert {
    condition     = join(" ", [for vm in proxmox_virtual_environment_vm.guest : one(vm.hostpci).mapping]) == "gpu-8086-46d3-vf gpu-8086-46d3-vf"
    error_message = "Both name the one mapping, and Proxmox gives each a function."
  }

  assert {
    condition     = !contains(proxmox_hardware_mapping_pci.model["gpu-8086-46d3-vf"].map[*].path, "0000:00:02.0")
    error_message = "The function that makes the others stays with the host."
  }
}

run "more_guests_than_functions_are_an_error" {
  command = plan

  variables {
    guests = { a = "pve1", b = "pve1", c = "pve1" }
  }

  expect_failures = [proxmox_virtual_environment_vm.guest]
}

run "a_node_without_functions_is_an_error" {
  command = plan

  variables {
    guests = { a = "pve2" }
  }

  expect_failures = [proxmox_virtual_environment_vm.guest["a"]]
}

run "a_name_that_no_vm_can_have_is_an_error" {
  command = plan

  variables {
    guests = { "my box" = "pve1" }
  }

  expect_failures = [var.guests]
}

# Tests the configuration without a Proxmox host: both providers are mocks, and what would be read stands here. For OpenTofu:
# Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

# A VM has to have such a number, or bpg/proxmox refuses what HA is told.
mock_provider "proxmox" {
  mock_resource "proxmox_virtual_environment_vm" {
    defaults = {
      vm_id = 100
    }
  }
}

override_data {
  target = data.gpuhost_pci_devices.cards
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
      {
        mapping_name = "gpu-pve2-01-00", kind = "card", node = "pve2", path = "0000:01:00", id = "10de:2204", iommu_group = 21, iommu_groups = [21], mdev = false
        subsystem_id = null, used_by = null
        functions    = ["0000:01:00.0", "0000:01:00.1"], isolated = true, group_peers = [], name = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
      },
    ]
    pools = {
      gpu-10de-2204 = {
        comment = "NVIDIA Corporation GA102 [GeForce RTX 3090]", mediated_devices = false
        map = [
          { comment = null, id = "10de:2204", iommu_group = 14, node = "pve1", path = "0000:01:00", subsystem_id = "1462:3884" },
          { comment = null, id = "10de:2204", iommu_group = 15, node = "pve1", path = "0000:02:00", subsystem_id = "1462:3884" },
          { comment = null, id = "10de:2204", iommu_group = 21, node = "pve2", path = "0000:01:00", subsystem_id = "1462:3884" },
        ]
      }
    }
  }
}

run "a_guest_may_start_wherever_there_is_a_card" {
  command = plan

  variables {
    guests = { render = { node = "pve1", mapping = "gpu-10de-2204" } }
  }

  assert {
    condition     = join(" ", sort([for line in proxmox_hardware_mapping_pci.model["gpu-10de-2204"].map : "${line.node}/${line.path}"])) == "pve1/0000:01:00 pve2/0000:01:00"
    error_message = "The mapping has a line for each card that takes nothing along."
  }

  assert {
    condition     = join(" ", keys(proxmox_harule.model["gpu-10de-2204"].nodes)) == "pve1 pve2" && proxmox_harule.model["gpu-10de-2204"].strict
    error_message = "HA keeps it where such cards are."
  }

  assert {
    condition     = proxmox_haresource.guest["render"].state == "started"
    error_message = "HA keeps it running."
  }
}

run "without_failover_there_is_no_ha" {
  command = plan

  variables {
    guests   = { render = { node = "pve1", mapping = "gpu-10de-2204" } }
    failover = false
  }

  assert {
    condition     = length(proxmox_haresource.guest) + length(proxmox_harule.model) == 0
    error_message = "HA is not told of it."
  }
}

run "a_node_without_such_a_card_is_an_error" {
  command = plan

  variables {
    guests = { render = { node = "pve3", mapping = "gpu-10de-2204" } }
  }

  expect_failures = [proxmox_virtual_environment_vm.guest["render"]]
}

run "a_model_that_is_not_there_is_an_error" {
  command = plan

  variables {
    guests = { render = { node = "pve1", mapping = "gpu-10de-2684" } }
  }

  expect_failures = [data.gpuhost_pci_devices.cards]
}

run "a_name_that_no_vm_can_have_is_an_error" {
  command = plan

  variables {
    guests = { "my box" = { node = "pve1", mapping = "gpu-10de-2204" } }
  }

  expect_failures = [var.guests]
}

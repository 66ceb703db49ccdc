# Tests the configuration without a Proxmox host: both providers are mocks, and what would be read stands here. For OpenTofu:
# Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

override_data {
  target = data.gpuhost_pci_devices.gpus
  values = {
    gpus = [
      {
        mapping_name = "gpu-pve1-21-00", kind = "card", node = "pve1", path = "0000:21:00.0", id = "10de:1eb8", iommu_group = 20, iommu_groups = [20], mdev = true
        subsystem_id = null, used_by = null
        functions    = ["0000:21:00.0"], isolated = true, group_peers = [], name = "NVIDIA Corporation TU104GL [Tesla T4]"
      },
    ]
    pools = {
      gpu-10de-1eb8-mdev = {
        comment = null, mediated_devices = true
        map     = [{ comment = null, id = "10de:1eb8", iommu_group = 20, node = "pve1", path = "0000:21:00.0", subsystem_id = "1462:3884" }]
      }
    }
  }
}

override_data {
  target = data.gpuhost_mdev_types.offered
  values = {
    types = [
      { type = "nvidia-222", name = "GRID T4-1B", description = "framebuffer=1024M", available = 1 },
      { type = "nvidia-231", name = "GRID T4-2B", description = "framebuffer=2048M", available = 8 },
    ]
  }
}

run "a_type_is_chosen_that_all_guests_can_have" {
  command = plan

  variables {
    guests = { a = { node = "pve1", mapping = "gpu-10de-1eb8-mdev" }, b = { node = "pve1", mapping = "gpu-10de-1eb8-mdev" } }
  }

  assert {
    condition     = terraform_data.type["gpu-10de-1eb8-mdev on pve1"].input == "nvidia-231"
    error_message = "Of the first type there is one left, and two guests."
  }

  assert {
    condition     = proxmox_hardware_mapping_pci.model["gpu-10de-1eb8-mdev"].mediated_devices
    error_message = "Proxmox refuses to start a VM when the flag is not that of the device."
  }
}

run "a_type_can_be_named" {
  command = plan

  variables {
    guests     = { a = { node = "pve1", mapping = "gpu-10de-1eb8-mdev" } }
    mdev_types = { gpu-10de-1eb8-mdev = "nvidia-222" }
  }

  assert {
    condition     = terraform_data.type["gpu-10de-1eb8-mdev on pve1"].input == "nvidia-222"
    error_message = "It is the one that was named."
  }
}

run "a_type_that_the_card_does_not_offer_is_an_error" {
  command = plan

  variables {
    guests     = { a = { node = "pve1", mapping = "gpu-10de-1eb8-mdev" } }
    mdev_types = { gpu-10de-1eb8-mdev = "nvidia-63" }
  }

  expect_failures = [terraform_data.type["gpu-10de-1eb8-mdev on pve1"]]
}

run "a_node_without_such_a_card_is_an_error" {
  command = plan

  variables {
    guests = { a = { node = "pve2", mapping = "gpu-10de-1eb8-mdev" } }
  }

  expect_failures = [terraform_data.type["gpu-10de-1eb8-mdev on pve2"]]
}

run "a_model_that_is_not_there_is_an_error" {
  command = plan

  variables {
    guests = { a = { node = "pve1", mapping = "gpu-10de-2236-vf-mdev" } }
  }

  expect_failures = [data.gpuhost_pci_devices.gpus]
}

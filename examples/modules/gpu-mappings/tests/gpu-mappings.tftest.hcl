# Tests the module without a Proxmox host: both providers are mocks, and what would be read stands here. The values stand in for
# a module and not for the data source, since Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

# pve1 has two RTX 3090, of which the second shares its group with a disk, and an iGPU that offers virtual functions; pve2 has
# one RTX 3090 and a card that is in no group.
override_module {
  target = module.discovery
  outputs = {
    gpus = [
      {
        mapping_name = "gpu-pve1-00-02", kind = "pf", node = "pve1", path = "0000:00:02.0", id = "8086:56a0", iommu_group = 2
        functions    = ["0000:00:02.0"], isolated = true, group_peers = [], name = "Intel Corporation DG2 [Arc A770]"
      },
      {
        mapping_name = "gpu-pve1-01-00", kind = "card", node = "pve1", path = "0000:01:00", id = "10de:2204", iommu_group = 14
        functions    = ["0000:01:00.0", "0000:01:00.1"], isolated = true, group_peers = [], name = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
      },
      {
        mapping_name = "gpu-pve1-02-00", kind = "card", node = "pve1", path = "0000:02:00", id = "10de:2204", iommu_group = 15
        functions    = ["0000:02:00.0", "0000:02:00.1"], isolated = false, group_peers = ["0000:03:00.0"], name = null
      },
      {
        mapping_name = "gpu-pve2-01-00", kind = "card", node = "pve2", path = "0000:01:00", id = "10de:2204", iommu_group = 21
        functions    = ["0000:01:00.0", "0000:01:00.1"], isolated = true, group_peers = [], name = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
      },
      {
        mapping_name = "gpu-pve2-02-00", kind = "card", node = "pve2", path = "0000:02:00.0", id = "1002:73bf", iommu_group = null
        functions    = ["0000:02:00.0"], isolated = null, group_peers = [], name = null
      },
    ]
    mappings = {
      gpu-pve1-00-02 = {
        comment = "Intel Corporation DG2 [Arc A770]", mediated_devices = false
        map     = [{ comment = null, id = "8086:56a0", iommu_group = 2, node = "pve1", path = "0000:00:02.0", subsystem_id = null }]
      }
      gpu-pve1-01-00 = {
        comment = "NVIDIA Corporation GA102 [GeForce RTX 3090]", mediated_devices = false
        map     = [{ comment = null, id = "10de:2204", iommu_group = 14, node = "pve1", path = "0000:01:00", subsystem_id = "1462:3884" }]
      }
      gpu-pve1-02-00 = {
        comment = null, mediated_devices = false
        map     = [{ comment = null, id = "10de:2204", iommu_group = 15, node = "pve1", path = "0000:02:00", subsystem_id = "1462:3884" }]
      }
      gpu-pve2-01-00 = {
        comment = "NVIDIA Corporation GA102 [GeForce RTX 3090]", mediated_devices = false
        map     = [{ comment = null, id = "10de:2204", iommu_group = 21, node = "pve2", path = "0000:01:00", subsystem_id = "1462:3884" }]
      }
      gpu-pve2-02-00 = {
        comment = null, mediated_devices = false
        map     = [{ comment = null, id = "1002:73bf", iommu_group = null, node = "pve2", path = "0000:02:00.0", subsystem_id = null }]
      }
    }
    pools = {
      gpu-10de-2204 = {
        comment = "NVIDIA Corporation GA102 [GeForce RTX 3090]", mediated_devices = false
        map = [
          { comment = null, id = "10de:2204", iommu_group = 14, node = "pve1", path = "0000:01:00", subsystem_id = "1462:3884" },
          { comment = null, id = "10de:2204", iommu_group = 15, node = "pve1", path = "0000:02:00", subsystem_id = "1462:3884" },
          { comment = null, id = "10de:2204", iommu_group = 21, node = "pve2", path = "0000:01:00", subsystem_id = "1462:3884" },
        ]
      }
      gpu-1002-73bf = {
        comment = null, mediated_devices = false
        map     = [{ comment = null, id = "1002:73bf", iommu_group = null, node = "pve2", path = "0000:02:00.0", subsystem_id = null }]
      }
    }
  }
}

run "each_card_that_takes_nothing_along_gets_a_mapping" {
  command = plan

  assert {
    condition     = keys(output.mappings) == ["gpu-pve1-01-00", "gpu-pve2-01-00"]
    error_message = "There is a mapping for each isolated card."
  }

  assert {
    condition     = one(proxmox_hardware_mapping_pci.gpu["gpu-pve1-01-00"].map).iommu_group == 14
    error_message = "A mapping holds what the host reports of its card."
  }

  assert {
    condition = output.left_out == {
      "pve1/0000:00:02.0" = "its virtual functions would be gone"
      "pve1/0000:02:00"   = "it is in one IOMMU group with 0000:03:00.0"
      "pve2/0000:02:00.0" = "it is in no IOMMU group"
    }
    error_message = "What is left out is told, with the reason."
  }
}

run "the_addresses_of_all_functions_lead_to_the_mapping" {
  command = plan

  assert {
    condition     = join(" ", output.mappings["gpu-pve1-01-00"].addresses) == "pve1/0000:01:00 pve1/0000:01:00.0 pve1/0000:01:00.1"
    error_message = "A VM's card can be named by any of its functions."
  }
}

run "a_model_gets_one_mapping_over_all_nodes" {
  command = plan

  variables {
    per = "model"
  }

  assert {
    condition     = { for name, mapping in output.mappings : name => join(" ", mapping.nodes) } == { gpu-10de-2204 = "pve1 pve2" }
    error_message = "The mapping has a line for each isolated card of the model, and a model without any has no mapping."
  }

  assert {
    condition     = join(" ", sort(proxmox_hardware_mapping_pci.gpu["gpu-10de-2204"].map[*].iommu_group)) == "14 21"
    error_message = "Where Proxmox chooses, it finds no card that takes a disk along."
  }
}

run "a_shared_group_has_to_be_asked_for" {
  command = plan

  variables {
    shared_groups = true
  }

  assert {
    condition     = contains(keys(output.mappings), "gpu-pve1-02-00") && !contains(keys(output.mappings), "gpu-pve2-02-00")
    error_message = "Cards of a shared group get a mapping then; those without any group never do."
  }
}

run "a_prefix_that_proxmox_refuses_is_an_error" {
  command = plan

  variables {
    mapping_prefix = "3090"
  }

  expect_failures = [var.mapping_prefix]
}

run "only_cards_and_models_have_mappings" {
  command = plan

  variables {
    per = "node"
  }

  expect_failures = [var.per]
}

run "a_vendor_is_an_id" {
  command = plan

  variables {
    vendor_ids = ["nvidia"]
  }

  expect_failures = [var.vendor_ids]
}

run "no_class_at_all_is_an_error" {
  command = plan

  variables {
    classes = []
  }

  expect_failures = [var.classes]
}

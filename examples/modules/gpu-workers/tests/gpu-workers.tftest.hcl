# Tests the module without a Proxmox host: both providers are mocks, and what would be read stands here. The values stand in for
# a module and not for the data source, since Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

# Two nodes: worker-2 has a card already, and so has somebody else's desktop.
override_module {
  target = module.discovery
  outputs = {
    gpus = [
      {
        mapping_name = "gpu-pve1-01-00", kind = "card", node = "pve1", path = "0000:01:00", isolated = true, iommu_groups = [14]
        used_by      = []
      },
      {
        mapping_name = "gpu-pve1-02-00", kind = "card", node = "pve1", path = "0000:02:00", isolated = true, iommu_groups = [15]
        used_by      = [{ vmid = 102, name = "worker-2", template = false }]
      },
      {
        mapping_name = "gpu-pve2-01-00", kind = "card", node = "pve2", path = "0000:01:00", isolated = true, iommu_groups = [14]
        used_by      = [{ vmid = 105, name = "desktop", template = false }]
      },
      {
        mapping_name = "gpu-pve2-02-00", kind = "card", node = "pve2", path = "0000:02:00", isolated = true, iommu_groups = [15]
        used_by      = []
      },
      {
        mapping_name = "gpu-pve2-03-00", kind = "card", node = "pve2", path = "0000:03:00", isolated = true, iommu_groups = [16]
        used_by      = []
      },
    ]
    mappings = {
      gpu-pve1-01-00 = {
        comment          = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
        kind             = "card"
        mediated_devices = false
        node             = "pve1"
        map              = [{ comment = null, id = "10de:2204", iommu_group = 14, node = "pve1", path = "0000:01:00", subsystem_id = "1462:3884" }]
      }
      gpu-pve1-02-00 = {
        comment          = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
        kind             = "card"
        mediated_devices = false
        node             = "pve1"
        map              = [{ comment = null, id = "10de:2204", iommu_group = 15, node = "pve1", path = "0000:02:00", subsystem_id = "1462:3884" }]
      }
      gpu-pve2-01-00 = {
        comment          = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
        kind             = "card"
        mediated_devices = false
        node             = "pve2"
        map              = [{ comment = null, id = "10de:2204", iommu_group = 14, node = "pve2", path = "0000:01:00", subsystem_id = "1462:3884" }]
      }
      gpu-pve2-02-00 = {
        comment          = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
        kind             = "card"
        mediated_devices = false
        node             = "pve2"
        map              = [{ comment = null, id = "10de:2204", iommu_group = 15, node = "pve2", path = "0000:02:00", subsystem_id = "1462:3884" }]
      }
      gpu-pve2-03-00 = {
        comment          = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
        kind             = "card"
        mediated_devices = false
        node             = "pve2"
        map              = [{ comment = null, id = "10de:2204", iommu_group = 16, node = "pve2", path = "0000:03:00", subsystem_id = "1462:3884" }]
      }
    }
  }
}

run "a_worker_keeps_its_card_and_the_others_get_free_ones" {
  command = plan

  variables {
    workers = { worker-1 = 1, worker-2 = 1, worker-3 = 1 }
  }

  assert {
    condition = { for name, worker in output.workers : name => "${worker.node_name} ${join(" ", worker.mappings)}" } == {
      worker-1 = "pve2 gpu-pve2-02-00"
      worker-2 = "pve1 gpu-pve1-02-00"
      worker-3 = "pve1 gpu-pve1-01-00"
    }
    error_message = "worker-2 stays where it is, and nobody gets the desktop's card."
  }

  assert {
    condition     = keys(proxmox_hardware_mapping_pci.gpu) == ["gpu-pve1-01-00", "gpu-pve1-02-00", "gpu-pve2-02-00"]
    error_message = "There is a mapping for each card that is given, and for no other."
  }

  assert {
    condition     = one(proxmox_hardware_mapping_pci.gpu["gpu-pve1-02-00"].map).path == "0000:02:00"
    error_message = "A mapping holds what the host reports of its card."
  }

  assert {
    condition     = one(proxmox_virtual_environment_vm.worker["worker-3"].hostpci).mapping == "gpu-pve1-01-00"
    error_message = "The VM names the mapping of its card."
  }
}

run "a_worker_may_need_several" {
  command = plan

  variables {
    workers = { worker-1 = 2 }
  }

  assert {
    condition     = join(" ", proxmox_virtual_environment_vm.worker["worker-1"].hostpci[*].device) == "hostpci0 hostpci1"
    error_message = "All its cards are on one node, and each is an entry of the VM."
  }
}

run "a_worker_is_where_it_has_to_be" {
  command = plan

  variables {
    workers = { worker-1 = 1 }
    nodes   = { worker-1 = "pve1" }
  }

  assert {
    condition     = output.workers["worker-1"].node_name == "pve1"
    error_message = "The node is the one that was named."
  }
}

run "a_worker_that_does_not_exist_yet_needs_nothing" {
  command = plan

  variables {
    workers = { worker-9 = 0 }
  }

  assert {
    condition     = length(output.workers) == 0 && length(proxmox_hardware_mapping_pci.gpu) == 0
    error_message = "There is no VM, and nothing to map."
  }
}

run "half_a_card_is_an_error" {
  command = plan

  variables {
    workers = { worker-1 = 0.5 }
  }

  expect_failures = [var.workers]
}

run "a_name_that_no_vm_can_have_is_an_error" {
  command = plan

  variables {
    workers = { "worker 1" = 1 }
  }

  expect_failures = [var.workers]
}

run "a_vendor_is_an_id" {
  command = plan

  variables {
    workers    = { worker-1 = 1 }
    vendor_ids = ["nvidia"]
  }

  expect_failures = [var.vendor_ids]
}

run "numbers_out_of_range_are_errors" {
  command = plan

  variables {
    workers   = { worker-1 = 1 }
    cores     = 0
    memory    = 100.5
    disk_size = 0
  }

  expect_failures = [var.cores, var.memory, var.disk_size]
}

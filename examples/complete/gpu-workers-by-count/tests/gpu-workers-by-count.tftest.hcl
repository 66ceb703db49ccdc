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
        subsystem_id = null
        functions    = ["0000:01:00.0", "0000:01:00.1"], isolated = true, group_peers = [], name = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
        used_by      = [{ vmid = 102, type = "qemu", node = "pve1", name = "worker-2", running = true, template = false, hostpci = "hostpci0", mapping = "gpu-pve1-01-00", pending = false }]
      },
      {
        mapping_name = "gpu-pve1-02-00", kind = "card", node = "pve1", path = "0000:02:00", id = "10de:2204", iommu_group = 15, iommu_groups = [15], mdev = false
        subsystem_id = null
        functions    = ["0000:02:00.0", "0000:02:00.1"], isolated = true, group_peers = [], name = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
        used_by      = []
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

run "a_worker_keeps_its_card" {
  command = plan

  variables {
    workers = { worker-1 = 1, worker-2 = 1 }
  }

  assert {
    condition     = { for name, vm in proxmox_virtual_environment_vm.worker : name => one(vm.hostpci).mapping } == { worker-1 = "gpu-pve1-02-00", worker-2 = "gpu-pve1-01-00" }
    error_message = "The second has the first card already, and keeps it."
  }
}

run "a_worker_without_gpus_is_an_error" {
  command = plan

  variables {
    workers = { worker-1 = 0 }
  }

  expect_failures = [var.workers]
}

run "a_name_that_no_vm_can_have_is_an_error" {
  command = plan

  variables {
    workers = { "worker-1 a" = 1 }
  }

  expect_failures = [var.workers]
}

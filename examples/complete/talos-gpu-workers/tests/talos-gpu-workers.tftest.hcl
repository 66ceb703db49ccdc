# Tests the configuration without a Proxmox host: both providers are mocks, and what would be read stands here. For OpenTofu:
# Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

# A file has to have such a name, or bpg/proxmox refuses it.
mock_provider "proxmox" {
  mock_resource "proxmox_download_file" {
    defaults = {
      id = "local:iso/talos.iso"
    }
  }
}

override_data {
  target = data.gpuhost_pci_devices.gpus
  values = {
    gpus = [
      {
        mapping_name = "gpu-pve1-01-00", kind = "card", node = "pve1", path = "0000:01:00", id = "10de:2204", iommu_group = 14, iommu_groups = [14], mdev = false
        subsystem_id = null
        functions    = ["0000:01:00.0", "0000:01:00.1"], isolated = true, group_peers = [], name = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
        used_by      = [{ vmid = 102, type = "qemu", node = "pve1", name = "talos-gpu-2", running = true, template = false, hostpci = "hostpci0", mapping = "gpu-pve1-01-00", pending = false }]
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
    workers = { talos-gpu-1 = 1, talos-gpu-2 = 1 }
  }

  assert {
    condition     = { for name, vm in proxmox_virtual_environment_vm.worker : name => one(vm.hostpci).mapping } == { talos-gpu-1 = "gpu-pve1-02-00", talos-gpu-2 = "gpu-pve1-01-00" }
    error_message = "The second has the first card already, and keeps it."
  }
}

run "a_worker_without_gpus_is_an_error" {
  command = plan

  variables {
    workers = { talos-gpu-1 = 0 }
  }

  expect_failures = [var.workers]
}

run "a_name_that_no_vm_can_have_is_an_error" {
  command = plan

  variables {
    workers = { "talos-gpu-1 a" = 1 }
  }

  expect_failures = [var.workers]
}

run "the_image_has_the_driver_in_it" {
  command = plan

  variables {
    workers = { talos-gpu-1 = 1 }
  }

  assert {
    condition     = proxmox_download_file.talos["pve1"].url == "https://factory.talos.dev/image/6698d6f136c5bb37ca8bb8482c9084305084da0a5ead1f4dcae760796f8ab3a2/v1.11.2/nocloud-amd64.iso"
    error_message = "The schematic is as the image factory knows it."
  }

  assert {
    condition     = yamldecode(output.machine_config_patch).machine.install.image == "factory.talos.dev/nocloud-installer/6698d6f136c5bb37ca8bb8482c9084305084da0a5ead1f4dcae760796f8ab3a2:v1.11.2"
    error_message = "What is installed has it too."
  }
}

run "a_release_is_written_with_a_v" {
  command = plan

  variables {
    workers       = { talos-gpu-1 = 1 }
    talos_version = "1.11.2"
  }

  expect_failures = [var.talos_version]
}

run "talos_wants_more_than_that" {
  command = plan

  variables {
    workers   = { talos-gpu-1 = 1 }
    cores     = 1
    memory    = 1024
    disk_size = 5
  }

  expect_failures = [var.cores, var.memory, var.disk_size]
}

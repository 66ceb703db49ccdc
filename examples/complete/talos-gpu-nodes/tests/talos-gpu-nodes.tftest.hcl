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
    devices = []
    by_node = {
      pve1 = {
        "0000:01:00"   = { id = "10de:2204", subsystem_id = "1462:3884", iommu_group = 14, mapping_name = "gpu-pve1-01-00" }
        "0000:01:00.0" = { id = "10de:2204", subsystem_id = "1462:3884", iommu_group = 14, mapping_name = "gpu-pve1-01-00" }
        "0000:01:00.1" = { id = "10de:1aef", subsystem_id = "1462:3884", iommu_group = 14, mapping_name = "gpu-pve1-01-00" }
      }
    }
  }
}

run "each_function_has_a_mapping" {
  command = plan

  variables {
    nodes = { work-00 = { host_node = "pve1", machine_type = "worker", gpu_devices = ["0000:01:00.0", "0000:01:00.1"] } }
  }

  assert {
    condition     = { for name, mapping in proxmox_hardware_mapping_pci.gpu : name => one(mapping.map).id } == { gpu-work-00-0 = "10de:2204", gpu-work-00-1 = "10de:1aef" }
    error_message = "It holds the ids of its function."
  }

  assert {
    condition     = join(" ", proxmox_virtual_environment_vm.talos["work-00"].hostpci[*].mapping) == "gpu-work-00-0 gpu-work-00-1"
    error_message = "The VM names its mappings in their order."
  }
}

run "an_address_without_a_gpu_is_an_error" {
  command = plan

  variables {
    nodes = { work-00 = { host_node = "pve1", machine_type = "worker", gpu_devices = ["0000:09:00.0"] } }
  }

  expect_failures = [data.gpuhost_pci_devices.gpus]
}

run "an_address_in_short_is_an_error" {
  command = plan

  variables {
    nodes = { work-00 = { host_node = "pve1", machine_type = "worker", gpu_devices = ["01:00.0"] } }
  }

  expect_failures = [var.nodes]
}

run "a_machine_is_a_control_plane_or_a_worker" {
  command = plan

  variables {
    nodes = { work-00 = { host_node = "pve1", machine_type = "gpu" } }
  }

  expect_failures = [var.nodes]
}

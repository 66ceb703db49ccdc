# Tests the module without a Proxmox host: the provider is a mock, and what it would read stands here. The values stand in for
# a module and not for the data source, since Terraform 1.11 leaves nested attributes of an overridden data source empty.

mock_provider "gpuhost" {}

override_module {
  target = module.discovery
  outputs = {
    by_node = {
      pve1 = {
        "0000:00:02.0" = { id = "8086:3e92", subsystem_id = "1458:d000", iommu_group = 0, mapping_name = "gpu-pve1-00-02" }
        "0000:01:00"   = { id = "10de:2204", subsystem_id = "1462:3884", iommu_group = 14, mapping_name = "gpu-pve1-01-00" }
        "0000:01:00.0" = { id = "10de:2204", subsystem_id = "1462:3884", iommu_group = 14, mapping_name = "gpu-pve1-01-00" }
        "0000:01:00.1" = { id = "10de:1aef", subsystem_id = "1462:3884", iommu_group = 14, mapping_name = "gpu-pve1-01-00" }
      }
    }
    mappings = {
      gpu-pve1-00-02 = {
        comment          = "Intel Corporation CoffeeLake-S GT2 [UHD Graphics 630]"
        kind             = "card"
        mediated_devices = true
        node             = "pve1"
        map = [{
          comment      = null
          id           = "8086:3e92"
          iommu_group  = 0
          node         = "pve1"
          path         = "0000:00:02.0"
          subsystem_id = "1458:d000"
        }]
      }
      gpu-pve1-01-00 = {
        comment          = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
        kind             = "card"
        mediated_devices = false
        node             = "pve1"
        map = [{
          comment      = null
          id           = "10de:2204"
          iommu_group  = 14
          node         = "pve1"
          path         = "0000:01:00"
          subsystem_id = "1462:3884"
        }]
      }
    }
  }
}

run "each_function_gets_a_mapping" {
  command = plan

  variables {
    nodes = { worker = { host_node = "pve1", gpu_devices = ["01:00.0", "0000:01:00.1"] } }
  }

  assert {
    condition     = keys(output.mappings) == ["gpu-worker-0", "gpu-worker-1"]
    error_message = "There is one mapping for each device of the VM."
  }

  assert {
    condition = output.mappings["gpu-worker-1"].map == [{
      node         = "pve1"
      path         = "0000:01:00.1"
      id           = "10de:1aef"
      subsystem_id = "1462:3884"
      iommu_group  = 14
      comment      = null
    }]
    error_message = "The mapping holds what the host reports of the device."
  }

  assert {
    condition     = output.hostpci["worker"][1].device == "hostpci1" && output.hostpci["worker"][1].mapping == "gpu-worker-1"
    error_message = "The VM names its mappings in their order."
  }
}

run "mediated_devices_follow_the_hardware" {
  command = plan

  variables {
    nodes = { desk = { host_node = "pve1", gpu_devices = ["00:02.0", "01:00"] } }
  }

  assert {
    condition     = [for mapping in output.mappings : mapping.mediated_devices] == [true, false]
    error_message = "Proxmox refuses to start a VM when the flag is not that of the device."
  }
}

run "a_vm_without_gpus_gets_nothing" {
  command = plan

  variables {
    nodes = { plain = { host_node = "pve1" } }
  }

  assert {
    condition     = length(output.mappings) == 0 && length(output.hostpci["plain"]) == 0
    error_message = "There is nothing to map."
  }
}

run "an_address_without_a_gpu_is_an_error" {
  command = plan

  variables {
    nodes = { worker = { host_node = "pve1", gpu_devices = ["09:00.0"] } }
  }

  expect_failures = [output.mappings]
}

# Tests the module without a Proxmox host: both providers are mocks. The function hostpci is the real one, and works offline.

mock_provider "gpuhost" {}

mock_provider "proxmox" {}

variables {
  name      = "render"
  node_name = "pve1"
  gpus      = ["gpu-pve1-01-00"]
  mappings = {
    gpu-pve1-01-00 = {
      name = "gpu-pve1-01-00", nodes = ["pve1"], addresses = ["pve1/0000:01:00", "pve1/0000:01:00.0", "pve1/0000:01:00.1"]
    }
    gpu-pve1-02-00 = { name = "gpu-pve1-02-00", nodes = ["pve1"], addresses = ["pve1/0000:02:00.0"] }
    gpu-pve2-01-00 = { name = "gpu-pve2-01-00", nodes = ["pve2"], addresses = ["pve2/0000:01:00.0"] }
  }
}

run "a_vm_gets_a_gpu_by_name" {
  command = plan

  assert {
    condition = [for block in proxmox_virtual_environment_vm.this.hostpci : "${block.device} ${block.mapping} ${block.pcie} ${block.rombar}"] == [
      "hostpci0 gpu-pve1-01-00 true true",
    ]
    error_message = "The VM names the mapping, with PCI Express and the card's ROM."
  }

  assert {
    condition     = proxmox_virtual_environment_vm.this.machine == "q35" && proxmox_virtual_environment_vm.this.bios == "ovmf"
    error_message = "The VM is as passthrough wants it."
  }
}

run "addresses_mean_cards_and_functions_of_one_card_are_one" {
  command = plan

  variables {
    gpus = ["02:00.0", "0000:01:00.0", "01:00.1"]
  }

  assert {
    condition     = output.mappings == tolist(["gpu-pve1-02-00", "gpu-pve1-01-00"])
    error_message = "The order is that of the list, and a card with two functions is there once."
  }
}

run "a_desktop_has_the_gpu_as_its_screen" {
  command = plan

  variables {
    gpus        = ["01:00", "02:00.0"]
    primary_gpu = true
  }

  assert {
    condition     = proxmox_virtual_environment_vm.this.hostpci[0].xvga && one(proxmox_virtual_environment_vm.this.vga).type == "none"
    error_message = "The first GPU is the screen, and there is no other."
  }
}

run "a_vgpu_has_its_type" {
  command = plan

  variables {
    mdev_type = "nvidia-259"
  }

  assert {
    condition     = proxmox_virtual_environment_vm.this.hostpci[0].mdev == "nvidia-259"
    error_message = "The type goes to Proxmox."
  }
}

run "an_image_to_install_from_is_in_the_drive" {
  command = plan

  variables {
    iso = "local:iso/debian-13.iso"
  }

  assert {
    condition     = length(proxmox_virtual_environment_vm.this.cdrom) == 1 && join(" ", proxmox_virtual_environment_vm.this.boot_order) == "scsi0 ide3"
    error_message = "The VM starts from its disk, and from the image while there is nothing on it."
  }
}

run "a_gpu_that_is_not_there_is_an_error" {
  command = plan

  variables {
    gpus = ["09:00.0", "gpu-pve1-01-00"]
  }

  expect_failures = [proxmox_virtual_environment_vm.this]
}

run "a_gpu_of_another_node_is_an_error" {
  command = plan

  variables {
    gpus = ["gpu-pve2-01-00"]
  }

  expect_failures = [proxmox_virtual_environment_vm.this]
}

run "an_address_that_two_mappings_have_is_an_error" {
  command = plan

  variables {
    gpus = ["01:00"]
    mappings = {
      gpu-10de-2204  = { name = "gpu-10de-2204", nodes = ["pve1"], addresses = ["pve1/0000:01:00"] }
      gpu-pve1-01-00 = { name = "gpu-pve1-01-00", nodes = ["pve1"], addresses = ["pve1/0000:01:00"] }
    }
  }

  expect_failures = [proxmox_virtual_environment_vm.this]
}

run "no_gpu_at_all_is_an_error" {
  command = plan

  variables {
    gpus = []
  }

  expect_failures = [var.gpus]
}

run "a_gpu_that_is_named_twice_is_an_error" {
  command = plan

  variables {
    gpus = ["01:00", "01:00"]
  }

  expect_failures = [var.gpus]
}

run "a_name_that_no_vm_can_have_is_an_error" {
  command = plan

  variables {
    name = "my render box"
  }

  expect_failures = [var.name]
}

run "numbers_out_of_range_are_errors" {
  command = plan

  variables {
    vm_id     = 7
    cores     = 0
    memory    = 100.5
    disk_size = 0
  }

  expect_failures = [var.vm_id, var.cores, var.memory, var.disk_size]
}

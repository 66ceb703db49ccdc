# Copied from `lspci -nnv -D` of each host, and to be copied again whenever a card, a slot or the BIOS changes.
locals {
  gpu_device_meta = {
    # pve1, GeForce RTX 3090
    "0000:01:00.0" = { id = "10de:2204", subsystem_id = "1462:3884", iommu_group = 14 }
    "0000:01:00.1" = { id = "10de:1aef", subsystem_id = "1462:3884", iommu_group = 14 }
    # pve2, two A100
    "0000:41:00.0" = { id = "10de:20f1", subsystem_id = "10de:145f", iommu_group = 40 }
    "0000:81:00.0" = { id = "10de:20f1", subsystem_id = "10de:145f", iommu_group = 41 }
  }
}

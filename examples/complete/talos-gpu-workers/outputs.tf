output "workers" {
  description = "Worker => its node, and the names of its mappings."
  value       = local.workers
}

output "machine_config_patch" {
  description = "What the workers' machine configuration needs beside the cluster's: the image with the driver, NVIDIA's modules, and a label for the device plugin."
  value = yamlencode({
    machine = {
      install = {
        disk  = "/dev/sda"
        image = "factory.talos.dev/nocloud-installer/${local.schematic}:${var.talos_version}"
      }
      kernel = {
        modules = [{ name = "nvidia" }, { name = "nvidia_uvm" }, { name = "nvidia_drm" }, { name = "nvidia_modeset" }]
      }
      sysctls = {
        "net.core.bpf_jit_harden" = "1"
      }
      nodeLabels = {
        "nvidia.com/gpu.present" = "true"
      }
    }
  })
}

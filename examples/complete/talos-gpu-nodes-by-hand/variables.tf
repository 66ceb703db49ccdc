variable "nodes" {
  description = "The VMs of the cluster: the Proxmox node that each runs on, and the addresses of the GPU functions that it gets."
  type = map(object({
    host_node    = string
    machine_type = string
    cpu          = optional(number, 4)
    ram          = optional(number, 8192)
    gpu_devices  = optional(list(string), [])
  }))
  default = {
    ctrl-00 = { host_node = "pve1", machine_type = "controlplane" }
    work-00 = { host_node = "pve1", machine_type = "worker", gpu_devices = ["0000:01:00.0", "0000:01:00.1"] }
    work-01 = { host_node = "pve2", machine_type = "worker", gpu_devices = ["0000:41:00.0", "0000:81:00.0"] }
  }

  validation {
    condition     = alltrue([for vm in values(var.nodes) : contains(["controlplane", "worker"], vm.machine_type)])
    error_message = "machine_type is \"controlplane\" or \"worker\"."
  }

  validation {
    condition     = alltrue(flatten([for vm in values(var.nodes) : [for bdf in vm.gpu_devices : can(regex("^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]$", bdf))]]))
    error_message = "Addresses of functions are written in full and in lower case, such as \"0000:03:00.0\"."
  }
}

variable "talos_version" {
  description = "Release of Talos Linux."
  type        = string
  default     = "v1.11.2"
}

variable "talos_schematic" {
  description = "Schematic of Talos's image factory. The default has no extensions; workers with GPUs want one with their drivers."
  type        = string
  default     = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"
}

variable "image_datastore" {
  description = "Where the Talos image is stored, on every node."
  type        = string
  default     = "local"
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

variable "host" {
  description = "The Proxmox node. When left out, the only one."
  type        = string
  default     = null
}

variable "vms" {
  description = "The VMs: `gpu` is a part of the name of the card that each gets, `screen` whether a monitor is on it, `memory` in MiB, `disk` in GiB, `iso` an image to install from, such as \"local:iso/debian-13.iso\"."
  type = map(object({
    gpu    = string
    screen = optional(bool, false)
    cores  = optional(number, 4)
    memory = optional(number, 8192)
    disk   = optional(number, 32)
    iso    = optional(string)
  }))
  default = {
    desktop = { gpu = "GeForce RTX 4090", screen = true, cores = 8, memory = 16384, disk = 128 }
    media   = { gpu = "UHD Graphics 770" }
  }

  validation {
    condition     = alltrue([for name in keys(var.vms) : can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$", name))])
    error_message = "The names are those of VMs: letters, digits and \"-\"."
  }

  validation {
    condition     = alltrue([for vm in values(var.vms) : vm.gpu != "" && can(regexall(vm.gpu, ""))])
    error_message = "gpu is a part of a card's name, such as \"RTX 3060\", or a regular expression."
  }

  validation {
    condition     = length(distinct(values(var.vms)[*].gpu)) == length(var.vms)
    error_message = "Two VMs ask for the same card, and only one of them would start."
  }

  validation {
    condition     = alltrue([for vm in values(var.vms) : vm.cores >= 1 && vm.memory >= 512 && vm.disk >= 1])
    error_message = "A VM has at least 1 core, 512 MiB of memory and a disk of 1 GiB."
  }
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

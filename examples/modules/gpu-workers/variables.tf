variable "workers" {
  description = "Name of each VM => how many GPUs it needs. 0 is for VMs that do not exist yet."
  type        = map(number)

  validation {
    condition     = alltrue([for name in keys(var.workers) : can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$", name))])
    error_message = "The names are those of VMs in Proxmox: letters, digits and \"-\"."
  }

  validation {
    condition     = alltrue([for count in values(var.workers) : count >= 0 && count <= 16 && floor(count) == count])
    error_message = "A VM takes from 0 to 16 GPUs."
  }
}

variable "nodes" {
  description = "VM => the node that it has to be on, where that matters. It leaves what it has elsewhere."
  type        = map(string)
  default     = {}
}

variable "shared_groups" {
  description = "Whether cards that are not isolated are given too, with all that is in their IOMMU groups."
  type        = bool
  default     = false
}

variable "vendor_ids" {
  description = "Whose cards may be given: NVIDIA's when left out. What the VMs have must be among them."
  type        = list(string)
  default     = ["10de"]

  validation {
    condition     = length(var.vendor_ids) > 0 && alltrue([for id in var.vendor_ids : can(regex("^(0x)?[0-9a-fA-F]{4}$", id))])
    error_message = "Name at least one vendor by its four hexadecimal digits: \"10de\" is NVIDIA's, \"1002\" AMD's, \"8086\" Intel's."
  }
}

variable "name_regex" {
  description = "Which of these cards, by their names, such as \"RTX 3090\". What the VMs have must be among them."
  type        = string
  default     = null
}

variable "cores" {
  description = "Processor cores."
  type        = number
  default     = 4

  validation {
    condition     = var.cores >= 1 && floor(var.cores) == var.cores
    error_message = "A VM has at least one core."
  }
}

variable "memory" {
  description = "Memory in MiB. All of it is a VM's from its start on: a device that is passed through may write anywhere in it."
  type        = number
  default     = 8192

  validation {
    condition     = var.memory >= 512 && floor(var.memory) == var.memory
    error_message = "Memory is in MiB, and at least 512."
  }
}

variable "disk_size" {
  description = "Size of each disk in GiB."
  type        = number
  default     = 32

  validation {
    condition     = var.disk_size >= 1 && floor(var.disk_size) == var.disk_size
    error_message = "The disk has at least 1 GiB."
  }
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

variable "iso" {
  description = "Image to install from, such as \"local:iso/debian-13.iso\". None when left out."
  type        = string
  default     = null
}

variable "bridge" {
  description = "The network that the VMs are in."
  type        = string
  default     = "vmbr0"
}

variable "tags" {
  description = "Tags of the VMs, in small letters."
  type        = list(string)
  default     = ["gpu"]
}

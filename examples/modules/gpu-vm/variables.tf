variable "name" {
  description = "Name of the VM."
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$", var.name))
    error_message = "A VM's name has letters, digits, \"-\" and \".\"."
  }
}

variable "node_name" {
  description = "The node that the VM is on, where its GPUs are."
  type        = string
}

variable "gpus" {
  description = "What the VM gets: names of mappings, \"gpu-pve1-01-00\", or addresses on the node, \"01:00\". Functions of one card are one GPU."
  type        = list(string)

  validation {
    condition     = length(var.gpus) >= 1 && length(var.gpus) <= 16
    error_message = "A VM takes from 1 to 16 GPUs."
  }

  validation {
    condition     = length(distinct(var.gpus)) == length(var.gpus)
    error_message = "A GPU is named twice."
  }
}

variable "mappings" {
  description = "The mappings that there are: the output `mappings` of the module gpu-mappings."
  type = map(object({
    name      = string
    nodes     = list(string)
    addresses = list(string)
  }))
}

variable "vm_id" {
  description = "Number of the VM. The next free one when left out."
  type        = number
  default     = null

  validation {
    condition     = var.vm_id == null ? true : var.vm_id >= 100 && var.vm_id <= 999999999
    error_message = "Numbers of VMs go from 100 to 999999999."
  }
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
  description = "Memory in MiB. All of it is the VM's from its start on: a device that is passed through may write anywhere in it."
  type        = number
  default     = 8192

  validation {
    condition     = var.memory >= 512 && floor(var.memory) == var.memory
    error_message = "Memory is in MiB, and at least 512."
  }
}

variable "disk_size" {
  description = "Size of the disk in GiB."
  type        = number
  default     = 32

  validation {
    condition     = var.disk_size >= 1 && floor(var.disk_size) == var.disk_size
    error_message = "The disk has at least 1 GiB."
  }
}

variable "datastore" {
  description = "Where the VM's disks lie."
  type        = string
  default     = "local-lvm"
}

variable "iso" {
  description = "Image to install from, such as \"local:iso/debian-13.iso\". None when left out."
  type        = string
  default     = null
}

variable "bridge" {
  description = "The network that the VM is in."
  type        = string
  default     = "vmbr0"
}

variable "tags" {
  description = "Tags of the VM, in small letters."
  type        = list(string)
  default     = ["gpu"]
}

variable "primary_gpu" {
  description = "Whether the first GPU is the VM's screen, and its only one: for desktops and games."
  type        = bool
  default     = false
}

variable "mdev_type" {
  description = "Type of the mediated device that the VM gets of each GPU, such as \"nvidia-259\". The whole GPU when left out."
  type        = string
  default     = null
}

variable "workers" {
  description = "Name of each worker => how many GPUs it needs."
  type        = map(number)
  default     = { talos-gpu-1 = 1, talos-gpu-2 = 1, talos-gpu-3 = 1 }

  # With 0 a worker would be on no node.
  validation {
    condition     = alltrue([for count in values(var.workers) : count >= 1 && count <= 16 && floor(count) == count])
    error_message = "A worker needs from 1 to 16 GPUs."
  }

  # Talos takes its host name from that of the VM.
  validation {
    condition     = alltrue([for name in keys(var.workers) : can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", name))])
    error_message = "The names are those of Kubernetes nodes: small letters, digits and \"-\"."
  }
}

variable "nodes" {
  description = "Worker => the Proxmox node that it has to be on, where that matters."
  type        = map(string)
  default     = {}
}

variable "talos_version" {
  description = "Release of Talos Linux. Its extensions have the driver that belongs to it."
  type        = string
  default     = "v1.11.2"

  validation {
    condition     = can(regex("^v1\\.[0-9]+\\.[0-9]+$", var.talos_version))
    error_message = "A release is written as \"v1.11.2\"."
  }
}

variable "cores" {
  description = "Processor cores of each worker."
  type        = number
  default     = 8

  validation {
    condition     = var.cores >= 2 && floor(var.cores) == var.cores
    error_message = "Talos wants at least 2 cores."
  }
}

variable "memory" {
  description = "Memory of each worker in MiB."
  type        = number
  default     = 16384

  validation {
    condition     = var.memory >= 2048 && floor(var.memory) == var.memory
    error_message = "Talos wants at least 2048 MiB."
  }
}

variable "disk_size" {
  description = "Size of each worker's disk in GiB. Images for GPUs are large."
  type        = number
  default     = 100

  validation {
    condition     = var.disk_size >= 10 && floor(var.disk_size) == var.disk_size
    error_message = "Talos wants at least 10 GiB."
  }
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

variable "bridge" {
  description = "The network that the workers are in."
  type        = string
  default     = "vmbr0"
}

variable "workers" {
  description = "Name of each worker => how many GPUs it needs."
  type        = map(number)
  default     = { worker-1 = 1, worker-2 = 1, worker-3 = 1 }

  # With 0 a worker would be on no node.
  validation {
    condition     = alltrue([for count in values(var.workers) : count >= 1 && count <= 16 && floor(count) == count])
    error_message = "A worker needs from 1 to 16 GPUs. Leave out those that need none."
  }

  validation {
    condition     = alltrue([for name in keys(var.workers) : can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$", name))])
    error_message = "The names are those of VMs: letters, digits and \"-\"."
  }
}

variable "nodes" {
  description = "Worker => the node that it has to be on, where that matters."
  type        = map(string)
  default     = {}
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

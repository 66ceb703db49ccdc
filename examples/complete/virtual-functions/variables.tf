variable "guests" {
  description = "VM => its node, and the name of the mapping. When left out, up to two VMs for each model and node: to try it out, since a card that is gone then takes its VM along."
  type = map(object({
    node    = string
    mapping = string
  }))
  default = null

  validation {
    condition     = alltrue([for name in keys(coalesce(var.guests, {})) : can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$", name))])
    error_message = "The names are those of VMs: letters, digits and \"-\"."
  }
}

variable "mdev_types" {
  description = "Mapping => vGPU type, for virtual functions that have types, such as NVIDIA's. gpuhost_mdev_types reads which ones."
  type        = map(string)
  default     = { gpu-10de-26b9-vf-mdev = "nvidia-1155" }
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

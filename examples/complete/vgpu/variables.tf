variable "guests" {
  description = "VM => its node, and the name of the mapping. When left out, two VMs for each model and node: to try it out, since a card that is gone then takes its VM along."
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
  description = "Mapping => type of the vGPUs, such as \"nvidia-259\". Where a mapping is left out, one that is offered."
  type        = map(string)
  default     = {}
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

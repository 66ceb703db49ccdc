variable "guests" {
  description = "VM => name of the mapping of its card. When left out, a VM for each card there is: to try it out, since a card that is gone then takes its VM along."
  type        = map(string)
  default     = null

  validation {
    condition     = alltrue([for name in keys(coalesce(var.guests, {})) : can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$", name))])
    error_message = "The names are those of VMs: letters, digits and \"-\"."
  }

  validation {
    condition     = length(distinct(values(coalesce(var.guests, {})))) == length(coalesce(var.guests, {}))
    error_message = "Two VMs name the same card, and only one of them would start."
  }
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

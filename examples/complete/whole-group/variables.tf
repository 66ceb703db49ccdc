variable "guests" {
  description = "VM => name of the mapping of one of its cards; it gets all that is in the card's group. When left out, a VM for each group: to try it out, since a card that is gone then takes its VM along."
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

variable "spare" {
  description = "Devices that the hosts can do without, as NODE/ADDRESS. The warning \"GPU Is Not Isolated\" names those that share a card's group."
  type        = list(string)
  default     = []
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

variable "guests" {
  description = "VM => name of the mapping of its card. When left out, a VM for each card that its node has twice: to try it out, since a card that is gone then takes its VM along."
  type        = map(string)
  default     = null
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

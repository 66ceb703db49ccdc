variable "guests" {
  description = "VM => name of the mapping of its card. When left out, two VMs for each card there is: to try it out, since a card that is gone then takes its VM along."
  type        = map(string)
  default     = null
}

variable "mdev_types" {
  description = "Mapping => type of the mediated devices that are made of its card. When a card is left out, one that it offers."
  type        = map(string)
  default     = {}
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

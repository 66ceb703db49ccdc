variable "guests" {
  description = "VM => its node, and the name of the mapping. When left out, a VM for each model and node: to try it out, since a card that is gone then takes its VM along."
  type = map(object({
    node    = string
    mapping = string
  }))
  default = null
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

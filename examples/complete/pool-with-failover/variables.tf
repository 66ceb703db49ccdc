variable "guests" {
  description = "VM => the node on which it is made, and the name of the mapping. When left out, a VM for each model and node: to try it out, since a card that is gone then takes its VM along."
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

variable "failover" {
  description = "Whether Proxmox starts a guest on another node that has such a card when its own fails. Needs Proxmox VE 9."
  type        = bool
  default     = true
}

variable "datastore" {
  description = "Where the VMs' disks lie: with failover a storage that all nodes share, such as Ceph or NFS."
  type        = string
  default     = "local-lvm"
}

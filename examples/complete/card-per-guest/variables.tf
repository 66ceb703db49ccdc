variable "nodes" {
  description = "The nodes whose cards are given away. When left out, every node that answers."
  type        = list(string)
  default     = null
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

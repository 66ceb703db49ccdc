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

variable "guests" {
  description = "How many VMs share a card."
  type        = number
  default     = 2
}

variable "mdev_type" {
  description = "The type of the mediated device that each VM gets. When left out, one that its card offers."
  type        = string
  default     = null
}

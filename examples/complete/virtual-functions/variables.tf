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
  description = "How many VMs each model gets on each node, as far as there are functions."
  type        = number
  default     = 2
}

variable "mdev_types" {
  description = "By mapping, the vGPU type of virtual functions that have types, such as NVIDIA's. gpuhost_mdev_types reads which ones."
  type        = map(string)
  default     = { gpu-10de-26b9-vf-mdev = "nvidia-1155" }
}

variable "workers" {
  description = "Name of each VM => how many GPUs it needs. 0 is for VMs that do not exist yet."
  type        = map(number)

  validation {
    condition     = alltrue([for name in keys(var.workers) : can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$", name))])
    error_message = "The names are those of VMs in Proxmox: letters, digits and \"-\"."
  }

  validation {
    condition     = alltrue([for count in values(var.workers) : count >= 0 && count <= 16 && floor(count) == count])
    error_message = "A VM takes from 0 to 16 GPUs."
  }
}

variable "nodes" {
  description = "VM => the node that it has to be on, where that matters. It leaves what it has elsewhere."
  type        = map(string)
  default     = {}
}

variable "shared_groups" {
  description = "Whether cards that are not isolated are given too, with all that is in their IOMMU groups."
  type        = bool
  default     = false
}

variable "vendor_ids" {
  description = "Whose cards may be given: NVIDIA's when left out. What the VMs have must be among them."
  type        = list(string)
  default     = ["10de"]

  validation {
    condition     = length(var.vendor_ids) > 0
    error_message = "Name at least one vendor, such as \"10de\"."
  }
}

variable "name_regex" {
  description = "Which of these cards, by their names, such as \"RTX 3090\". What the VMs have must be among them."
  type        = string
  default     = null
}

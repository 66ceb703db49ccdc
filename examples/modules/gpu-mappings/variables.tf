variable "per" {
  description = "What gets a mapping: each \"card\", for VMs that stay on their node, or each \"model\" over all nodes, for VMs that may start anywhere."
  type        = string
  default     = "card"

  validation {
    condition     = contains(["card", "model"], var.per)
    error_message = "Choose \"card\" or \"model\"."
  }
}

variable "classes" {
  description = "Classes of device: \"gpu\", \"accelerator\", \"display\", or hexadecimal such as \"1200\"."
  type        = list(string)
  default     = ["gpu"]

  validation {
    condition     = length(var.classes) > 0
    error_message = "Name at least one class, such as \"gpu\"."
  }
}

variable "vendor_ids" {
  description = "Whose cards, such as [\"10de\"] for NVIDIA's. All when left out."
  type        = list(string)
  default     = null

  validation {
    condition     = alltrue([for id in coalesce(var.vendor_ids, ["10de"]) : can(regex("^(0x)?[0-9a-fA-F]{4}$", id))])
    error_message = "A vendor id has four hexadecimal digits: \"10de\" is NVIDIA's, \"1002\" AMD's, \"8086\" Intel's."
  }
}

variable "name_regex" {
  description = "Which of these cards, by their names, such as \"RTX 3090\\\\]\". All when left out."
  type        = string
  default     = null
}

variable "nodes" {
  description = "The nodes whose cards are wanted. All when left out."
  type        = list(string)
  default     = null
}

variable "mapping_prefix" {
  description = "What the names of the mappings begin with."
  type        = string
  default     = "gpu"

  validation {
    condition     = can(regex("^[a-zA-Z][a-zA-Z0-9_-]*$", var.mapping_prefix))
    error_message = "Names of mappings begin with a letter, and have letters, digits, \"_\" and \"-\"."
  }
}

variable "shared_groups" {
  description = "Whether cards that are not isolated get a mapping too. A VM on one takes all that is in its IOMMU group from the host."
  type        = bool
  default     = false
}

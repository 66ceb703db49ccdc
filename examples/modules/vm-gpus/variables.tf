variable "nodes" {
  description = "The VMs: which node each is on, and the addresses of the GPU functions that it gets."
  type = map(object({
    host_node   = string
    gpu_devices = optional(list(string), [])
  }))

  validation {
    condition     = length(var.nodes) > 0
    error_message = "Name at least one VM."
  }
}
